/** When pairs are worse for certain: exactly as rarely as promised whatever sizes they have, and found in spite of odd ones. */
import { describe, expect, test } from "vitest";
import { pairedT, pValues } from "../../reports/stats/t-test.ts";
import { worseOf } from "../../reports/verdict/inference/worse.ts";
import { seeded } from "../../runner/shared/random.ts";

const never = () => () => Number.NaN;
const student = (differences: readonly number[]): number => pValues(pairedT(differences)).greater;
const p = (differences: readonly number[]): number => worseOf(differences, student(differences), never).p;

const random = seeded(5, "sizes");
const pairs = 9;
const sizes = {
  "much alike": () => 1 + 0.1 * random(),
  "of all magnitudes": () => Math.exp(6 * random() - 3),
  "two of them odd": (i: number) => (i < 2 ? 5 * random() : 1 + 0.3 * random()),
};

describe("given their sizes, signs at random are called worse as rarely as promised", () => {
  test.each(Object.entries(sizes))("sizes %s", (_, size) => {
    for (let draw = 0; draw < 20; draw++) {
      const drawn = Array.from({ length: pairs }, (_, i) => size(i));
      const all = Array.from({ length: 2 ** pairs }, (_, signs) =>
        p(drawn.map((it, i) => ((signs >> i) & 1 ? -it : it))),
      );
      for (const patterns of [8, 10, 16, 24]) {
        const level = patterns / 2 ** pairs;
        expect(all.filter((it) => it <= level).length, `${patterns} patterns`).toBeLessThanOrEqual(patterns);
      }
      // At stricter levels Student's test decides, among the eight most extreme patterns at most.
      expect(all.filter((it) => it < 8 / 2 ** pairs).length).toBeLessThanOrEqual(8);
    }
  });
});

describe("an odd pair", () => {
  const steady = Array.from({ length: 16 }, (_, i) => 1 + 0.1 * Math.sin(i));

  test("on the other side does not hide fifteen that are worse, as it does from the t test", () => {
    const odd = steady.with(3, -4);
    expect(student(odd)).toBeGreaterThan(0.02);
    expect(p(odd)).toBeLessThan(0.001);
  });

  test("does not make worse what is not", () => {
    const nothing: number[] = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 0.1 : -0.1));
    expect(p(nothing.with(0, 20))).toBeGreaterThan(0.05);
  });

  test("whose interval reaches across nothing is not worse, whatever the signs say", () => {
    const wide = steady.with(3, -30);
    expect(student(wide)).toBeGreaterThan(0.05);
    expect(p(wide)).toBe(student(wide));
  });
});

test("few pairs of one side are worse by the t test, which then relies on normality", () => {
  const few = [1, 1.1, 0.9, 1.05, 0.95, 1.02];
  const { p: found, companionAt } = worseOf(few, student(few), never);
  expect(found).toBe(student(few));
  expect(companionAt(0.001)).toBe("silent");
  expect(companionAt(2 ** -6)).toBe("agrees");
});

test("two pairs whose signs disagree are no probability above one", () => {
  expect(worseOf([1, -0.01], 0.04, never).p).toBe(1);
});

test("most pairs without a difference are no measure for the others", () => {
  expect(p([0, 0, 0, 0, 0, 0, 1, 1.1, 0.9, 1])).toBeCloseTo(2 ** -4, 6);
});
