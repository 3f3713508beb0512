/** Looks: what is registered is taken, what is decided ends the run, and looking often does not cost the error rate. */
import { describe, expect, test } from "vitest";
import { steerByLooks } from "../../reports/steer/looks.ts";
import type { Terms } from "../../reports/verdict/inference/comparison.ts";
import { decideFamily } from "../../reports/verdict/inference/family.ts";
import { levelsAt } from "../../reports/verdict/inference/levels.ts";
import { compare, type Pair } from "../../reports/verdict/inference/paired.ts";
import { seeded } from "../../runner/shared/random.ts";

const looks = [6, 10, 16, 24];
const nominal = { alpha: 0.05, alphaFail: 0.01 };
const never = () => {
  throw new Error("nobody asked for a verdict");
};

describe("a run with looks", () => {
  test("asks for no verdict between them", () => {
    for (const done of [1, 5, 7, 9, 15, 23]) expect(steerByLooks(looks, done, never)).toBeNull();
  });

  test("goes on while nothing is decided, stops when something is, and at the last look in any case", () => {
    expect(steerByLooks(looks, 6, () => "inconclusive")).toEqual({ look: 1, decision: "more" });
    expect(steerByLooks(looks, 10, () => "regressed")).toEqual({ look: 2, decision: "stop" });
    expect(steerByLooks(looks, 16, () => "pass")).toEqual({ look: 3, decision: "stop" });
    expect(steerByLooks(looks, 24, never)).toEqual({ look: 4, decision: "stop" });
  });
});

describe("levels over looks", () => {
  test("the last look has nearly all of what a single one has; the first passes only what is far inside", () => {
    const pass = looks.map((it) => levelsAt(looks, it, nominal).pass);
    expect(pass).toEqual([...pass].sort((a, b) => a - b));
    expect(pass[0]).toBeLessThan(0.001);
    expect(pass[3]).toBeGreaterThan(0.04);
    expect(pass[3]).toBeLessThan(0.05);
  });

  test("failing is spent more evenly, so that a first look at a tenth of it can stop", () => {
    const first = levelsAt(looks, 6, nominal);
    expect(first.fail(0.001)).toBeGreaterThan(0.0002);
    expect(first.overall(first.fail(0.001))).toBeCloseTo(0.001, 9);
  });

  test("a first look too early to spend anything decides nothing, and still has bounds and advice", () => {
    const early = levelsAt([2, 1000], 2, nominal);
    const pairs = [-0.01, 0.01].map((difference, block) => ({
      block,
      baseline: { kind: "value", value: 1 } as const,
      candidate: { kind: "value", value: 1 + difference } as const,
    }));
    const terms: Terms = {
      ...{ scale: "difference", better: "lower", margin: 0.02, alpha: early.pass, resolution: 0, rounding: 0 },
      stream: () => never,
    };
    const compared = compare(pairs, terms);
    const [decision] = decideFamily([compared], early);
    expect(decision?.verdict).toBe("inconclusive");
    expect(Number.isFinite(compared.upper)).toBe(true);
    // Between looks nothing is decided: the next one is what would decide it.
    expect(decision?.pairsNeeded()).toBe(1000);
    expect(decision?.detects()?.pass).toBeGreaterThan(0.02);
  });

  test("a run that ended between looks is looked at where it ended", () => {
    expect(levelsAt(looks, 8, nominal).look).toEqual({ taken: [6, 8], of: 24 });
    expect(levelsAt(looks, 24, nominal).look).toEqual({ taken: looks, of: 24 });
  });
});

/** Sessions of `metrics` gates, looked at as registered: where they stopped and with what. */
function simulate(seed: number, sessions: number, effects: readonly number[], margin: number, spread: number) {
  const random = seeded(seed, "looks");
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const terms = (alpha: number): Terms => ({
    ...{ scale: "difference", better: "lower", margin, alpha, resolution: 0, rounding: 0 },
    stream: () => seeded(seed, "flips"),
  });
  const value = (it: number) => ({ kind: "value", value: it }) as const;
  const counts = { pass: 0, regressed: 0, inconclusive: 0, pairs: 0 };
  for (let session = 0; session < sessions; session++) {
    const pairs = effects.map((effect) =>
      Array.from({ length: 24 }, (_, block): Pair => {
        return { block, baseline: value(0), candidate: value(effect + spread * gauss()) };
      }),
    );
    let verdict: "pass" | "regressed" | "inconclusive" = "inconclusive";
    let done = 0;
    for (done of looks) {
      const levels = levelsAt(looks, done, nominal);
      const family = decideFamily(
        pairs.map((it) => compare(it.slice(0, done), terms(levels.pass))),
        levels,
      ).map((it) => it?.verdict);
      if (family.includes("regressed")) verdict = "regressed";
      else if (family.every((it) => it === "pass")) verdict = "pass";
      if (verdict !== "inconclusive") break;
    }
    counts[verdict]++;
    counts.pairs += done / sessions;
  }
  return counts;
}
const most = (level: number, n: number) => level + 3 * Math.sqrt((level * (1 - level)) / n);

describe("simulated sessions with looks", () => {
  test("ten gates without any change: at most 1 % of sessions are called regressed at any look", () => {
    const { regressed } = simulate(5, 400, Array(10).fill(0), 1e-9, 1);
    expect(regressed / 400).toBeLessThanOrEqual(most(0.01, 400));
  });

  test("a change as large as the margin passes at any look in at most 5 % of sessions", () => {
    const { pass } = simulate(7, 1000, [1], 1, 0.6);
    expect(pass / 1000).toBeLessThanOrEqual(most(0.05, 1000));
    expect(pass).toBeGreaterThan(10);
  });

  test("a large change stops early and is found; none passes before the last look", () => {
    const bad = simulate(11, 200, [2, ...Array(9).fill(0)], 1, 0.8);
    expect(bad.regressed).toBeGreaterThan(190);
    expect(bad.pairs).toBeLessThan(16);
    const good = simulate(13, 200, [0], 1, 0.6);
    expect(good.pass).toBeGreaterThan(190);
    expect(good.pairs).toBeLessThan(20);
  });
});
