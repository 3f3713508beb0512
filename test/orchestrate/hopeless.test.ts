import { expect, test } from "vitest";
import { hopeless, type Tried } from "../../runner/orchestrate/hopeless.ts";

/** Blocks of trials, each as arm and reason; a reason of null is a trial that came to its load. */
const blocks = (...all: readonly Readonly<Record<string, string | null>>[]): Tried[] =>
  all.flatMap((block, i) =>
    Object.entries(block).map(([arm, reason]) => ({ arm, reason, block: i + 1, loaded: reason === null })),
  );
const dead = "shop shop-0: crash loop: 6 starts in a row did not stay up; the last one: it ended (exit code 3)";

test("a run whose trials all fail to get ready for the same reason in two blocks is stopped, with the reason", () => {
  const tried = blocks({ baseline: dead, candidate: dead }, { candidate: dead, baseline: dead });
  expect(hopeless(tried, 3)).toBe(
    `nothing got ready in 4 trials of 4: ${dead}; the remaining 3 blocks would fail alike`,
  );
  expect(hopeless(blocks({ candidate: dead }, { candidate: dead }), 1)).toBe(
    `nothing got ready in 2 trials of 2: ${dead}; the remaining 1 block would fail alike`,
  );
});

test("one block is not enough, and with none left there is nothing to stop", () => {
  expect(hopeless(blocks({ baseline: dead, candidate: dead }), 4)).toBeNull();
  expect(hopeless(blocks({ baseline: dead }, { baseline: dead }), 0)).toBeNull();
});

test("one trial that came to its load keeps the run going: of another arm, or long ago", () => {
  expect(hopeless(blocks({ baseline: null, candidate: dead }, { baseline: null, candidate: dead }), 3)).toBeNull();
  expect(hopeless(blocks({ candidate: null }, { candidate: dead }, { candidate: dead }), 3)).toBeNull();
});

test("reasons are the same when only ports, pids and times differ; else the next blocks tell", () => {
  const at = (port: number, said = "no database") =>
    `shop was not ready within 10 s. shop-0: it ended (exit code 3); its last output:\n  | ${said} at :${port}`;
  const alike = hopeless(blocks({ candidate: at(41234) }, { candidate: at(50123) }), 2);
  expect(alike).toBe(
    "nothing got ready in 2 trials of 2: shop was not ready within 10 s. shop-0: it ended (exit code 3); the remaining 2 blocks would fail alike",
  );
  const other = blocks({ candidate: at(41234) }, { candidate: at(50123, "no cache") });
  expect(hopeless(other, 2)).toBeNull();
  const third = blocks({ candidate: at(1) }, { candidate: at(2, "no cache") }, { candidate: at(3, "no cache") });
  expect(hopeless(third, 1)).toContain("nothing got ready in 3 trials of 3");
});

test("a reason that is a sentence goes on in ours", () => {
  const silent =
    "shop was not ready within 10 s. shop-0: it wrote nothing.\nAn instance is ready when it accepts a connection";
  const why = hopeless(blocks({ candidate: silent }, { candidate: silent }), 2);
  expect(why).toContain("it wrote nothing; the remaining 2 blocks");
});

test("arms may fail each in their own way", () => {
  const block = { baseline: "the before hook ./seed ended with 1: no table", candidate: dead };
  const why = hopeless(blocks(block, block), 3);
  expect(why).toContain("no table");
  expect(why).toContain("crash loop");
});
