/** The cumulative guard: small steps add up, what is shown passes, what is not known is undecided. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type CumulativeTerms, sinceRelease } from "../../reports/history/cumulative.ts";
import { changePoints } from "../../reports/history/detect.ts";
import { nightlyLook } from "../../reports/history/guard.ts";
import { OutOfDomain, TooFew } from "../../reports/stats/errors.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive, normal } from "../support/autoregressive.ts";

const terms: CumulativeTerms = { scale: "ratio", better: "lower", margin: 0.05, alpha: 0.05, alphaFail: 0.01 };
const paired = (pairs: readonly (readonly [number, number])[]) =>
  ({ kind: "paired", pairs: pairs.map(([release, tonight]) => ({ release, tonight })) }) as const;
const unpaired = (release: readonly number[], tonight: readonly number[], autocorrelation = 0) =>
  ({ kind: "unpaired", release, tonight, autocorrelation }) as const;
const about = (level: number, nights: number, label: string, spread = 0.01): number[] =>
  autoregressive(seeded(1, label), nights, 0).map((it) => level * (1 + spread * it));

describe("ten steps of 1 %", () => {
  // One step every ten nights, under noise of 2 %.
  const nights = about(100, 110, "steps", 0.02).map((it, i) => it * 1.01 ** Math.floor(i / 10));

  test("are no change point of half a margin of 5 %, and no suspect in the week of a step", () => {
    const single = about(100, 40, "single", 0.02).map((it, i) => it * (i < 34 ? 1 : 1.01));
    expect(changePoints(single, [], { seed: 1, marginRelative: 0.05 })).toEqual([]);
    expect(nightlyLook(single)).toEqual({ state: "quiet" });
  });

  test("fail together", () => {
    const told = sinceRelease(unpaired(nights.slice(0, 10), nights.slice(-7)), terms);
    expect(told.verdict).toBe("worse");
    expect(Math.expm1(told.estimate)).toBeGreaterThan(0.08);
    expect(told.lower).toBeGreaterThan(0);
  });

  test("fail in pairs too, measured beside the release", () => {
    const random = seeded(2, "pairs");
    const pairs = Array.from({ length: 8 }, () => {
      const host = 100 * (1 + 0.2 * random());
      return [host, host * 1.01 ** 10 * (1 + 0.01 * normal(random))] as const;
    });
    expect(sinceRelease(paired(pairs), terms).verdict).toBe("worse");
  });
});

describe("the latest nights", () => {
  test("pass when shown to be less than the margin worse", () => {
    expect(sinceRelease(unpaired(about(100, 12, "a"), about(101, 8, "b")), terms).verdict).toBe("pass");
  });

  test("are undecided when the noise allows both", () => {
    expect(sinceRelease(unpaired(about(100, 5, "a", 0.2), about(101, 3, "b", 0.2)), terms).verdict).toBe("undecided");
  });

  test("that got better pass, whichever way is better", () => {
    const sample = unpaired(about(100, 10, "a"), about(80, 10, "b"));
    expect(sinceRelease(sample, terms).verdict).toBe("pass");
    const higher = sinceRelease(sample, { ...terms, better: "higher" });
    expect(higher.verdict).toBe("worse");
    expect(higher.margin).toBeCloseTo(-Math.log(0.95), 12);
  });

  test("without any spread are judged by their level", () => {
    expect(sinceRelease(unpaired([5, 5, 5], [5, 5]), terms)).toMatchObject({ verdict: "pass", estimate: 0, upper: 0 });
    expect(sinceRelease(unpaired([5, 5, 5], [6, 6]), terms).verdict).toBe("worse");
    expect(
      sinceRelease(
        paired([
          [5, 6],
          [5, 6],
        ]),
        terms,
      ).verdict,
    ).toBe("worse");
  });

  test("that depend on each other say less", () => {
    const width = (autocorrelation: number): number => {
      const it = sinceRelease(unpaired(about(100, 12, "a"), about(101, 8, "b"), autocorrelation), terms);
      return it.upper - it.lower;
    };
    expect(width(0.6)).toBeGreaterThan(2 * width(0));
    expect(width(-0.6)).toBe(width(0));
  });

  test("of a share are compared by difference", () => {
    const points = { ...terms, scale: "difference", margin: 0.002 } as const;
    expect(
      sinceRelease(
        paired([
          [0, 0.001],
          [0.001, 0],
          [0, 0],
        ]),
        points,
      ).verdict,
    ).toBe("pass");
    expect(
      sinceRelease(
        paired([
          [0, 0.01],
          [0.001, 0.012],
          [0, 0.011],
        ]),
        points,
      ).verdict,
    ).toBe("worse");
  });
});

describe("its error rates", () => {
  const sessions = 1500;
  const rate = (effect: number, verdict: string, carried = 0): number => {
    const random = seeded(3, `rates ${effect} ${verdict} ${carried}`);
    let told = 0;
    for (let i = 0; i < sessions; i++) {
      const nights = autoregressive(random, 60, carried);
      const of = (from: number, to: number, shift: number) =>
        nights.slice(from, to).map((it) => Math.exp(0.02 * it + shift));
      if (sinceRelease(unpaired(of(0, 14, 0), of(50, 60, effect), carried), terms).verdict === verdict) told++;
    }
    return told / sessions;
  };

  test("a loss of exactly the margin passes in at most 5 %, of dependent nights too", () => {
    const tolerance = 3 * Math.sqrt((0.05 * 0.95) / sessions);
    expect(rate(Math.log1p(0.05), "pass")).toBeLessThanOrEqual(0.05 + tolerance);
    expect(rate(Math.log1p(0.05), "pass")).toBeGreaterThan(0.02);
    expect(rate(Math.log1p(0.05), "pass", 0.4)).toBeLessThanOrEqual(0.05 + tolerance);
  });

  test("without a loss it is never called worse, and passes", () => {
    expect(rate(0, "worse")).toBe(0);
    expect(rate(0, "pass")).toBeGreaterThan(0.95);
  });
});

const value = fc.double({ min: 1, max: 100, noNaN: true });
test.prop([fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 }), fc.constantFrom(0.25, 1024)])(
  "a change of unit changes nothing, and swapped sides turn the estimate around",
  (pairs, factor) => {
    const there = sinceRelease(paired(pairs), terms);
    expect(sinceRelease(paired(pairs.map(([a, b]) => [a * factor, b * factor] as const)), terms).verdict).toBe(
      there.verdict,
    );
    const swapped = sinceRelease(paired(pairs.map(([a, b]) => [b, a] as const)), terms);
    expect(swapped.estimate).toBeCloseTo(-there.estimate, 9);
    expect(swapped.lower).toBeCloseTo(-there.upper, 9);
  },
);

test("too little and what is out of range is refused", () => {
  expect(() => sinceRelease(paired([[1, 2]]), terms)).toThrow(TooFew);
  expect(() => sinceRelease(unpaired([1, 2, 3], [2]), terms)).toThrow(TooFew);
  expect(() =>
    sinceRelease(
      paired([
        [1, 2],
        [0, 1],
      ]),
      terms,
    ),
  ).toThrow("must be positive");
  expect(() =>
    sinceRelease(
      paired([
        [1, 2],
        [1, Number.NaN],
      ]),
      terms,
    ),
  ).toThrow(OutOfDomain);
  expect(() => sinceRelease(unpaired([1, 2], [1, 2], 1), terms)).toThrow("between -1 and 1");
  expect(() =>
    sinceRelease(
      paired([
        [1, 2],
        [2, 3],
      ]),
      { ...terms, margin: 0 },
    ),
  ).toThrow("margin");
  expect(() =>
    sinceRelease(
      paired([
        [1, 2],
        [2, 3],
      ]),
      { ...terms, better: "higher", margin: 1 },
    ),
  ).toThrow("100 %");
});
