/** What a gate is said to be able to pass and to fail, it does in four of five simulated sessions. */
import { describe, expect, test } from "vitest";
import type { Terms } from "../../reports/verdict/inference/comparison.ts";
import { detectableBy, mdesOf } from "../../reports/verdict/inference/detectable.ts";
import { decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { compare } from "../../reports/verdict/inference/paired.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gaussOf } from "../calibrate/noise.ts";

const levels = fixedLevels(0.05, 0.01);
const sd = 0.03;
const sessions = 2000;
/** Three Monte Carlo standard errors of 80 %. */
const error = 3 * Math.sqrt((0.8 * 0.2) / sessions);

/** Share of sessions in which the first of ten metrics, worse by so much, gets the verdict. */
function share(verdict: string, pairs: number, worse: number, margin: number): number {
  const { normal } = gaussOf(seeded(7, `detectable ${verdict}`));
  const terms: Terms = {
    ...{ scale: "difference", better: "lower", margin, alpha: levels.pass, resolution: 0, rounding: 0 },
    stream: () => () => 0.5,
  };
  let found = 0;
  for (let session = 0; session < sessions; session++) {
    const family = Array.from({ length: 10 }, (_, metric) =>
      compare(
        Array.from({ length: pairs }, (_, block) => ({
          block,
          baseline: { kind: "value", value: 0 } as const,
          candidate: { kind: "value", value: sd * normal() + (metric === 0 ? worse : 0) } as const,
        })),
        terms,
      ),
    );
    if (decideFamily(family, levels)[0]?.verdict === verdict) found++;
  }
  return found / sessions;
}

const detectable = (pairs: number, margin: number) =>
  detectableBy({ pairs, spread: sd, noise: sd, margin, method: "t" }, levels, levels.alphaFail / 10);

describe("with 80 % chance", () => {
  // With five pairs all of them have to be inside.
  test.each([5, 12])("nothing changed passes the margin that it is said to pass, in %d pairs", (pairs) => {
    const { pass } = detectable(pairs, 0.05) as { pass: number };
    expect(Math.abs(share("pass", pairs, 0, pass) - 0.8)).toBeLessThan(error);
  });

  // Once the level of ten gates decides, once the margin, once both.
  test.each([0.001, 0.03, 0.2])(
    "a worsening is called regressed that it is said to call so, at a margin of %d",
    (margin) => {
      const { fail } = detectable(12, margin) as { fail: number };
      expect(fail).toBeGreaterThan(margin);
      expect(Math.abs(share("regressed", 12, fail, margin) - 0.8)).toBeLessThan(error);
    },
  );
});

test("failing needs more than passing, and never less than the margin", () => {
  const { pass, fail } = detectable(12, 0.001) as { pass: number; fail: number };
  expect(fail).toBeGreaterThan(1.5 * pass);
});

test("without a spread nothing is known, and nothing infinite is told", () => {
  const terms = { scale: "ratio", better: "lower" } as const;
  expect(detectableBy({ pairs: 12, spread: 0, noise: 0.001, margin: 0.05, method: "t" }, levels, 0.01)).toBeNull();
  expect(mdesOf(null, terms)).toEqual({ mde: null, mdeFail: null });
  expect(mdesOf({ pass: 0.1, fail: 1e9 }, terms)).toEqual({ mde: expect.closeTo(0.105, 3), mdeFail: null });
  // All that is there can be lost, not more.
  expect(mdesOf({ pass: 0.1, fail: Number.POSITIVE_INFINITY }, { scale: "ratio", better: "higher" }).mdeFail).toBe(1);
});
