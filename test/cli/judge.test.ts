/** `shakedown judge`: samples in, judgement out; what is wrong with them is told at once, each at its place. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { samplesJsonSchema } from "../../runner/cli/samples/schema.ts";
import { Exit } from "../../runner/shared/errors.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { cliIn } from "../support/cli.ts";

const pairs = (factor: number, k = 8) =>
  Array.from({ length: k }, (_, i) => {
    const base = 100 + ((i * 37) % 11) / 5;
    return [base, base * factor * (1 + ((i * 7) % 5) / 1000)];
  });
const metric = (given: object = {}) => ({
  ...{ name: "latency.p99", unit: "ms", better: "lower", kind: "latency", margin: "5%", pairs: pairs(1) },
  ...given,
});
const sessionOf = (...metrics: object[]) => ({ metrics });

async function judge(input: unknown, ...argv: string[]) {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "in"), typeof input === "string" ? input : JSON.stringify(input));
  const said = await cli.run("judge", "in", ...argv);
  return { ...said, answers: said.out.split("\n").flatMap((it) => (it.startsWith("{") ? [JSON.parse(it)] : [])) };
}
const answerOf = async (...metrics: object[]) => (await judge(sessionOf(...metrics))).answers[0];
const told = async (input: unknown): Promise<string[]> => {
  const { exit, out, err } = await judge(input);
  expect({ exit, out }).toEqual({ exit: Exit.usage, out: "" });
  return err.split("\n").filter((it) => it.startsWith("in:") || it.startsWith("in "));
};

describe("one session", () => {
  test.each([
    [1, "pass", Exit.pass],
    [1.2, "regressed", Exit.regressed],
    [1.0475, "inconclusive", Exit.inconclusive],
  ])("a candidate %d times as slow: %s", async (factor, verdict, code) => {
    const { exit, answers, err } = await judge(sessionOf(metric({ pairs: pairs(factor) })));
    expect({ exit, err }).toEqual({ exit: code, err: "" });
    expect(answers).toEqual([{ verdict, metrics: [expect.objectContaining({ name: "latency.p99", verdict })] }]);
  });

  test("has all fields of the answer; positive is larger, whatever is better", async () => {
    const { metrics } = await answerOf(
      metric({
        name: "throughput",
        unit: "1/s",
        better: "higher",
        kind: "throughput",
        margin: "3%",
        pairs: pairs(0.9),
      }),
    );
    expect(metrics[0]).toMatchObject({
      ...{ verdict: "regressed", scale: "ratio", pairs: 8, pairsNeeded: null, warnings: [], unit: "1/s", margin: 0.03 },
      method: expect.stringContaining("t bounds"),
    });
    const { estimate, interval, p, pAdjusted, mde } = metrics[0];
    expect(estimate).toBeCloseTo(-0.098, 2);
    expect(interval[0]).toBeLessThan(estimate);
    expect(interval[1]).toBeGreaterThan(estimate);
    expect(p).toBeLessThanOrEqual(pAdjusted);
    expect(mde).toBeGreaterThan(0);
  });

  test("independent samples may differ in number", async () => {
    const { metrics } = await answerOf(
      metric({ pairs: undefined, baseline: [100, 101, 99, 100, 102], candidate: [120, 121, 119] }),
    );
    expect(metrics[0]).toMatchObject({ pairs: 3, method: expect.stringContaining("Welch") });
  });

  test("pairs say at which of the registered looks it is", async () => {
    const { answers } = await judge({ looks: [8, 16], ...sessionOf(metric()) });
    expect(answers[0].look).toEqual({ taken: [8], of: 16 });
    expect(await told({ looks: [4, 6], ...sessionOf(metric()) })).toEqual([
      expect.stringContaining("looks: expected no more pairs than the last look, 6, found 8"),
    ]);
  });

  test("as text is the table of a run's end", async () => {
    const { out, exit } = await judge(
      sessionOf(metric({ pairs: pairs(1.2) }), metric({ name: "frame", unit: "µs", margin: 0.5, pairs: pairs(1) })),
      "--format",
      "text",
    );
    expect(exit).toBe(Exit.regressed);
    expect(out).toMatch(
      /^ {2}✗ regressed {2}latency\.p99 +100\.9 ms → +121\.3 ms +\+20\.24 % .*allowed 5 % +passes from 0/m,
    );
    expect(out).toMatch(/✓ pass +frame .*\+0\.2\d* µs.*allowed 0\.5 µs +passes from 0/m);
    expect(out).toContain("Regressed: of 2 metrics 1 regressed, 1 passed.");
  });
});

test.each([
  ["pass", Exit.pass],
  ["fail", Exit.regressed],
])("an inconclusive verdict ends as --inconclusive %s says, of a session and of many", async (as, code) => {
  const open = sessionOf(metric({ pairs: pairs(1.0475) }));
  for (const argv of [[], ["--batch"]]) {
    const { exit, answers } = await judge(open, ...argv, "--inconclusive", as);
    expect([exit, answers[0].verdict]).toEqual([code, "inconclusive"]);
  }
});

describe("margins", () => {
  const marginOf = async (given: object) => {
    const { scale, margin } = (await answerOf(metric(given))).metrics[0];
    return [scale, margin];
  };

  test.each([
    [{ margin: "5%" }, "ratio", 0.05],
    [{ margin: "5 %" }, "ratio", 0.05],
    [{ margin: "0.5 pp", unit: "ratio", kind: "errors" }, "difference", 0.005],
    [{ margin: "250us" }, "difference", 0.25],
    [{ margin: "1s", unit: "us" }, "difference", 1e6],
    [{ margin: 3 }, "difference", 3],
    [{ margin: "3" }, "difference", 3],
    [{ margin: "2 ns/op", unit: "ns/op" }, "difference", 2],
    [{ margin: "1MiB", unit: "bytes" }, "difference", 2 ** 20],
    [{ margin: "60/m", unit: "1/s" }, "difference", 1],
    [{ margin: "100m", unit: "cores" }, "difference", 0.1],
    [{ margin: "0.5pp", unit: "ratio", kind: "errors" }, "difference", 0.005],
    [{ margin: "0.5pp", unit: "%", kind: "share" }, "difference", 0.5],
    [{ margin: "1%", floor: "2ms" }, "difference", 2],
  ])("%j", async (given, scale, margin) => {
    expect(await marginOf(given)).toEqual([scale, expect.closeTo(margin, 9)]);
  });

  test.each([
    [{ name: "latency.p50" }, 0.05],
    [{ name: "latency.p90" }, 0.07],
    [{ name: "checkout p99" }, 0.1],
    [{ name: "p999" }, 0.1],
    [{ name: "http2 mean" }, 0.05],
    [{ kind: "throughput" }, 0.03],
    [{ kind: "cpu" }, 0.03],
    [{ kind: "memory" }, 0.05],
    [{ kind: "errors", unit: "ratio" }, 0.001],
    [{ kind: "share", unit: "%" }, 1],
  ])("left out of %j, is the default of its kind", async (given, margin) => {
    expect((await marginOf({ margin: undefined, ...given }))[1]).toBeCloseTo(margin, 12);
  });

  test.each([
    [{ margin: undefined, kind: "recovery" }, "expected a margin: kind recovery has none of its own"],
    [{ margin: undefined, kind: undefined }, "expected a margin: a metric without a kind"],
    [{ margin: undefined, kind: "errors", unit: "1/s" }, "expected a margin: kind errors has none"],
    [{ margin: "5%", kind: "errors" }, "expected percentage points for a metric of kind errors"],
    [{ margin: "1pp", unit: "ms" }, "pp is for shares"],
    [{ margin: "5 frogs" }, 'expected a margin such as "5%", or a number above zero, in ms'],
    [{ margin: "5KiB" }, "in ms or with a unit that can be turned into it"],
    [{ margin: "0%" }, "above zero"],
    [{ margin: -1 }, "above zero"],
    [{ margin: "100%", better: "higher" }, 'below "100%"'],
    [{ margin: 1, floor: 1 }, "floor goes with a margin in percent"],
  ])("%j is told", async (given, message) => {
    const problems = await told(sessionOf(metric(given)));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });
});

describe("what is wrong is told with line, column and path", () => {
  test("all of it at once", async () => {
    const source = `{"alfa": 1, "metrics": [
  {"name": "a", "better": "lwer", "kind": "latency", "margin": "5%", "pairs": [[1, NaN], [1, null], ["1", 2], [1], [1, 2, 3]]},
  {"name": "a", "better": "lower", "margin": 1e999, "baseline": [1]},
  {"name": "b", "better": "lower", "kind": "cpu", "pairs": []},
  {"name": "c", "better": "lower", "kind": "cpu", "pairs": [[0, 2], [3, -1]]},
  {"name": "d", "kind": "cpu", "pairs": [[1, 2]], "baseline": [1]}
]}`;
    const problems = await told(source);
    expect(problems).toEqual([
      expect.stringMatching(/^in:1:2 {2}there is no field "alfa"/),
      expect.stringMatching(/^in:2:27 {2}metrics\[0\]\.better: expected "lower" or "higher", found "lwer"/),
      expect.stringMatching(/^in:2:84 {2}metrics\[0\]\.pairs\[0\]\[1\]: expected a value that JSON has, found NaN/),
      expect.stringMatching(/metrics\[0\]\.pairs\[1\]\[1\]: expected a number, found nothing/),
      expect.stringMatching(/metrics\[0\]\.pairs\[2\]\[0\]: expected a number, found "1"/),
      expect.stringMatching(/metrics\[0\]\.pairs\[3\]: expected at least 2 items, found a list of 1/),
      expect.stringMatching(/metrics\[0\]\.pairs\[4\]: expected at most 2 items, found a list of 3/),
      expect.stringMatching(/metrics\[1\]: expected either pairs, or both baseline and candidate, found baseline/),
      expect.stringMatching(/metrics\[1\]\.name: two metrics are named "a"/),
      expect.stringMatching(/metrics\[1\]\.margin: expected a value that JSON has, found 1e999/),
      expect.stringMatching(/metrics\[2\]\.pairs: expected at least 1 item/),
      expect.stringMatching(/metrics\[3\]\.pairs\[0\]\[0\]: .*above zero, found 0/),
      expect.stringMatching(/metrics\[3\]\.pairs\[1\]\[1\]: .*above zero, found -1/),
      expect.stringMatching(/metrics\[4\]: "better" is missing/),
      expect.stringMatching(/metrics\[4\]: expected either pairs, or both .* found pairs and baseline/),
    ]);
  });

  test("values that a ratio can't have are told to compare the difference", async () => {
    const { err } = await judge(sessionOf(metric({ pairs: [[1, 0]] })));
    expect(err).toContain("compare the difference instead: a margin in the metric's unit");
  });

  test.each([
    ["", "expected a value, found the end"],
    ["[]", "expected a map, found an empty list"],
    ["{}", '"metrics" is missing'],
    ['{"metrics": []}', "expected at least 1 item"],
    ['{"metrics": [1, ]}', 'expected a value, found "]"'],
    ['{"metrics": [1}', 'expected "," or "]", found "}"'],
    ["{'metrics': 1}", "expected a key in double quotes"],
    ['{"a\nb": 1}', "control characters escaped"],
    ['{"metrics": 1, "metrics": 2}', 'the key "metrics" is here twice'],
    [`${'{"a":'.repeat(50)}1${"}".repeat(50)}`, "at most 40 levels"],
    ['{"alpha": 0.7, "metrics": [1]}', "alpha: expected less than 0.5, found 0.7"],
    ['{"looks": [6, 4], "metrics": [1]}', "expected each look later than the one before"],
  ])("%j", async (source, message) => {
    expect((await told(source)).join("\n")).toContain(message);
  });

  test("a session on every line, without --batch, is told how to", async () => {
    const line = JSON.stringify(sessionOf(metric()));
    const { err, exit } = await judge(`${line}\n${line}\n`);
    expect(exit).toBe(Exit.usage);
    expect(err).toContain("add --batch");
  });
});

describe("--batch", () => {
  const line = (factor: number) => JSON.stringify(sessionOf(metric({ pairs: pairs(factor) })));

  test("answers every line in its order; the exit code is the worst", async () => {
    const { exit, answers, err } = await judge([line(1), line(1.2), "", line(1.0475)].join("\n"), "--batch");
    expect(answers.map((it) => it.verdict)).toEqual(["pass", "regressed", "inconclusive"]);
    expect({ exit, err }).toEqual({ exit: Exit.regressed, err: "" });
  });

  test("a bad line answers invalid in its place, and the exit code is 2", async () => {
    const bad = JSON.stringify(sessionOf(metric({ pairs: [[1, "x"]], margin: "5 frogs" })));
    const { exit, answers } = await judge([line(1), bad, "junk", line(1)].join("\r\n"), "--batch");
    expect(exit).toBe(Exit.usage);
    expect(answers.map((it) => it.verdict)).toEqual(["pass", "invalid", "invalid", "pass"]);
    expect(answers[1].error).toMatch(/^line 2: metrics\[0\]\.margin: expected a margin .*\(and 1 more\)$/);
    expect(answers[1].problems).toHaveLength(2);
    expect(answers.map((it) => it.metrics.length)).toEqual([1, 0, 0, 1]);
    expect(answers[2].problems[0]).toMatchObject({ line: 3, column: 1, path: "" });
  });

  test("one session over several lines is told to leave it out, many broken ones are not", async () => {
    const hint = "in is one JSON value over several lines: leave out --batch";
    const { exit, err } = await judge(JSON.stringify(sessionOf(metric()), null, 2), "--batch");
    expect(exit).toBe(Exit.usage);
    expect(err).toContain(hint);
    for (const other of ["junk\njunk", `${line(1)}\njunk`, '{"metrics": []}'])
      expect((await judge(other, "--batch")).err).toBe("");
  });

  test("a file without a session, and one that is not there, are told", async () => {
    expect((await judge("\n\n", "--batch")).err).toContain("in holds no session");
    using cli = cliIn();
    for (const argv of [["--batch"], []]) {
      const { exit, err } = await cli.run("judge", "nowhere", ...argv);
      expect(exit).toBe(Exit.usage);
      expect(err).toContain("nowhere can't be read: there is no such file");
    }
  });

  test("a thousand sessions answer in order, from stdin too", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `m${i}`);
    const input = names.map((name) => JSON.stringify(sessionOf(metric({ name })))).join("\n");
    const entry = packageFile("runner", "cli", "shakedown.mjs");
    const child = spawn(process.execPath, [entry, "judge", "--batch", "-"], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(input);
    const out = await text(child.stdout);
    expect(
      out
        .trim()
        .split("\n")
        .map((it) => JSON.parse(it).metrics[0].name),
    ).toEqual(names);
  });
});

describe("the JSON Schema of the input", () => {
  test("is fresh: vitest -u writes it anew", async () => {
    await expect(samplesJsonSchema()).toMatchFileSnapshot(packageFile("templates", "samples.schema.json"));
  });

  test("accepts what is judged, and not what is refused", async () => {
    const valid = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(samplesJsonSchema()));
    expect(valid({ looks: [6, 10], alpha: 0.05, ...sessionOf(metric(), metric({ margin: 3 })) })).toBe(true);
    for (const bad of [{ kind: "frogs" }, { pairs: [[1]] }, { better: "up" }, { extra: 1 }])
      expect(valid(sessionOf(metric(bad)))).toBe(false);
  });
});
