/** The median slope. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { theilSenSlope } from "../../reports/stats/theil-sen.ts";

const times = Array.from({ length: 40 }, (_, i) => i * 0.5);

describe("Theil-Sen slope", () => {
  test.prop([fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })])(
    "a line has its own slope",
    (offset, slope) => {
      expect(
        theilSenSlope(
          times,
          times.map((t) => offset + slope * t),
        ),
      ).toBeCloseTo(slope, 5);
    },
  );

  test("a quarter of wild readings does not turn it", () => {
    const x = times.map((t, i) => (i % 4 === 0 ? 1e9 : 3 * t));
    expect(theilSenSlope(times, x)).toBeCloseTo(3, 9);
  });

  test("readings at equal times are not compared with each other", () => {
    expect(theilSenSlope([0, 0, 1], [0, 4, 2])).toBe(0);
    expect(() => theilSenSlope([1, 1], [0, 4])).toThrow("at least 2");
  });

  test("a long series is thinned, not truncated", () => {
    const t = Float64Array.from({ length: 20_000 }, (_, i) => i);
    expect(
      theilSenSlope(
        t,
        t.map((it) => (it < 10_000 ? 0 : it - 10_000)),
      ),
    ).toBeCloseTo(0.5, 1);
  });

  test("too little or broken input is said, not answered with NaN", () => {
    expect(() => theilSenSlope([1], [1])).toThrow("at least 2");
    expect(() => theilSenSlope([1, 2], [1, Number.NaN])).toThrow("finite");
    expect(() => theilSenSlope([1, 2], [1])).toThrow("as many values");
  });
});
