/** The difference of two means with variances of their own: special cases that are known exactly, a published table, and its level. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { behrensFisherQuantile, behrensFisherTail } from "../../reports/stats/behrens-fisher.ts";
import { studentCdf, studentQuantile } from "../../reports/stats/student.ts";

const side = (degrees: number, df: number) => ({ error: Math.sin((degrees * Math.PI) / 180), df });

describe("known answers", () => {
  test.each([0.3, 5, 1e3, 1e6])("two of one degree are Cauchy's, whose scales add up, at %d", (x) => {
    const found = behrensFisherTail(x, { error: 0.5, df: 1 }, { error: 2, df: 1 });
    expect(found / studentCdf(-x / 2.5, 1)).toBeCloseTo(1, 9);
  });

  test("without an error of the one the other is Student's", () => {
    const other = { error: 2, df: 4 };
    expect(behrensFisherTail(3, { error: 0, df: 9 }, other)).toBe(studentCdf(-1.5, 4));
    expect(behrensFisherTail(3, { error: 1e-9, df: 9 }, other)).toBeCloseTo(studentCdf(-1.5, 4), 8);
    expect(behrensFisherQuantile(0.01, other, { error: 0, df: 9 })).toBeCloseTo(-2 * studentQuantile(0.01, 4), 9);
  });

  // Fisher and Yates, table VI: two-sided 5 % with 6 and 6 degrees, by the angle whose tangent is the ratio of the errors.
  test.each([
    [0, 2.447],
    [15, 2.44],
    [30, 2.435],
    [45, 2.435],
  ])("at an angle of %d degrees", (angle, published) => {
    expect(behrensFisherQuantile(0.025, side(angle, 6), side(90 - angle, 6))).toBeCloseTo(published, 2);
  });

  test("many degrees are the normal distribution's", () => {
    expect(behrensFisherTail(1.959964 * 5, { error: 3, df: 1e5 }, { error: 4, df: 2e5 })).toBeCloseTo(0.025, 5);
  });
});

const estimated = fc.record({
  error: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
  df: fc.integer({ min: 1, max: 60 }),
});
// The rule's step was too long for six degrees beside many: found by this property, wrong by 6e-6.
test.each([1, 2, 6, 12, 20])("one error that is next to nothing leaves the other's Student with %d degrees", (df) => {
  const x = behrensFisherQuantile(0.4, { error: 1000, df }, { error: 0.002, df: 53 });
  expect(x / 1000 / -studentQuantile(0.4, df)).toBeCloseTo(1, 9);
});

property.prop([estimated, estimated, fc.double({ min: 1e-7, max: 0.4, noNaN: true })], { numRuns: 60 })(
  "a quantile is exceeded as often as it says, in whichever order and unit",
  (one, two, level) => {
    const x = behrensFisherQuantile(level, one, two);
    expect(behrensFisherTail(x, one, two) / level).toBeCloseTo(1, 9);
    expect(behrensFisherTail(x, two, one) / level).toBeCloseTo(1, 9);
    const [a, b] = [one, two].map((it) => ({ ...it, error: 8 * it.error })) as [typeof one, typeof two];
    expect(behrensFisherQuantile(level, a, b) / (8 * x)).toBeCloseTo(1, 9);
  },
);

test("no error at all, and what is no number, is refused", () => {
  const none = { error: 0, df: 3 };
  expect(() => behrensFisherTail(1, none, none)).toThrow("positive");
  expect(() => behrensFisherTail(1, none, { error: Number.NaN, df: 3 })).toThrow("finite");
  expect(() => behrensFisherTail(1, none, { error: 1, df: 0 })).toThrow("degrees");
});
