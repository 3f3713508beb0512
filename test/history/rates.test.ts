/** The error rates that change points claim, on a few simulated series with a fixed seed; `test/calibrate` measures them on many. */
import { describe, expect, test } from "vitest";
import { falseChanges, leastPower, levels, power, share, tolerated } from "../calibrate/history.ts";

const SERIES = 400;
const SHIFTED = 120;

describe("one scan of 100 nights", () => {
  test.each(levels)(
    "of a stable series with an autocorrelation of $carried finds a change in at most a share of $most",
    ({ carried, most }) => {
      const found = falseChanges(carried, SERIES);
      expect(share(found)).toBeLessThanOrEqual(tolerated(most, SERIES));
      expect(found.hits).toBeGreaterThan(0);
    },
  );

  test.each([
    // What lasts has a search of its own: with the search for stays alone, it would be found in fewer than 70 %.
    { kind: "lasting", least: 0.75 },
    { kind: "passed", least: leastPower - 3 * Math.sqrt((leastPower * (1 - leastPower)) / SHIFTED) },
  ] as const)("finds 1.5 standard deviations for twelve nights in most series: $kind", ({ kind, least }) => {
    const { found, placed } = power(0, SHIFTED, kind);
    expect(share(found)).toBeGreaterThanOrEqual(least);
    expect(share(placed)).toBeGreaterThan(0.85);
  });
});
