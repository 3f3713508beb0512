/** Families of p-values. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { benjaminiHochberg, holm } from "../../reports/stats/multiplicity.ts";

const rounded = (p: readonly number[]): number[] => p.map((it) => Number(it.toPrecision(10)));
const published = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];
const few = [0.01, 0.04, 0.03, 0.005, 0.6];

describe("Benjamini and Hochberg's example", () => {
  test("four kept by theirs, three by Holm's", () => {
    expect(benjaminiHochberg(published).filter((p) => p <= 0.05)).toHaveLength(4);
    expect(holm(published).filter((p) => p <= 0.05)).toHaveLength(3);
    expect(rounded(benjaminiHochberg(published)).slice(0, 5)).toEqual([0.0015, 0.003, 0.0095, 0.035625, 0.0603]);
  });
});

test("five p-values in any order", () => {
  expect(rounded(holm(few))).toEqual([0.04, 0.09, 0.09, 0.025, 0.6]);
  expect(rounded(benjaminiHochberg(few))).toEqual([0.025, 0.05, 0.05, 0.025, 0.6]);
});

test.prop([fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })])(
  "adjusting never helps, and Holm is at least as strict",
  (p) => {
    const strict = holm(p);
    benjaminiHochberg(p).forEach((adjusted, i) => {
      expect(adjusted).toBeGreaterThanOrEqual((p[i] as number) * (1 - 1e-12));
      expect(strict[i]).toBeGreaterThanOrEqual(adjusted * (1 - 1e-12));
    });
  },
);

test("a missing p-value is refused, never ranked first", () => {
  expect(() => holm([0.01, Number.NaN])).toThrow("found NaN");
  expect(() => benjaminiHochberg([Number.NaN])).toThrow("found NaN");
});
