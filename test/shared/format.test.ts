/** Quantities for people, exactly. Spaces are compared as plain ones; one test looks at the real ones. */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import {
  formatBound,
  formatChange,
  formatChangeRange,
  formatDuration,
  formatExact,
  formatRange,
  formatValue,
  plainSpaces,
} from "../../runner/shared/format.ts";
import type { Unit } from "../../runner/shared/quantities.ts";

const plain = (text: string) => plainSpaces(text);
const ratio = (estimate: number, lower: number, upper: number) => ({ scale: "ratio" as const, estimate, lower, upper });
const difference = (estimate: number, lower: number, upper: number) => ({
  scale: "difference" as const,
  estimate,
  lower,
  upper,
});

test.for<[number, Unit, string]>([
  [41.23, "ms", "41.2 ms"],
  [0.612, "ms", "0.612 ms"],
  [0.0123, "ms", "12.3 µs"],
  [0, "ms", "0 ms"],
  [5e-324, "ms", "0 µs"],
  [-1e-300, "ratio", "0 %"],
  [1.2e-9, "count", "0.00000000120"],
  [3e-12, "count", "0.00000000000300"],
  [999.96, "ms", "1.00 s"],
  [4100, "ms", "4.10 s"],
  [119_000, "ms", "119 s"],
  [150_000, "ms", "2.50 min"],
  [9_000_000, "ms", "2.50 h"],
  [0.4712, "ratio", "47.1 %"],
  [0.0001, "ratio", "0.01 %"],
  [0.00001, "ratio", "0.001 %"],
  [0, "ratio", "0 %"],
  [299.84, "1/s", "300/s"],
  [12_345, "1/s", "12 345/s"],
  [1234, "1/s", "1234/s"],
  [512, "bytes", "512 B"],
  [167_772_160, "bytes", "160 MiB"],
  [1_300_000, "bytes/s", "1.24 MiB/s"],
  [3, "count", "3"],
  [2.3333, "count", "2.33"],
  [0.4234, "cores", "0.423 cores"],
  [-12.34, "ms", "−12.3 ms"],
  [Number.NaN, "ms", "–"],
  [Number.POSITIVE_INFINITY, "ms", "∞ ms"],
])("%d %s reads %s", ([value, unit, text]) => {
  expect(plain(formatValue(value, unit))).toBe(text);
});

describe("digits", () => {
  test("are limited by the interval", () => {
    expect(plain(formatValue(56.912, "ms", { spread: 20 }))).toBe("57 ms");
    expect(plain(formatValue(56.912, "ms", { spread: 3 }))).toBe("56.9 ms");
    expect(plain(formatValue(12_345, "1/s", { spread: 4000 }))).toBe("12 300/s");
    expect(plain(formatValue(4100, "ms", { spread: 1000 }))).toBe("4.1 s");
  });

  test("never exceed four significant ones, however narrow the interval", () => {
    expect(plain(formatValue(56.912345, "ms", { spread: 1e-6 }))).toBe("56.91 ms");
  });

  test("keep the first one of a value, never of a change", () => {
    expect(plain(formatValue(92, "ms", { spread: 5000, like: 1900 }))).toBe("0.09 s");
    expect(plain(formatValue(57, "1/s", { spread: 2000 }))).toBe("60/s");
    expect(plain(formatChange(ratio(0.003, -0.2, 0.25), "ms"))).toBe("0 %");
  });

  test("follow the neighbour's scale when asked", () => {
    expect(plain(formatValue(812, "ms", { like: 1900 }))).toBe("0.812 s");
  });
});

test("a change is signed, and its interval has the same last digit", () => {
  expect(plain(formatChange(ratio(0.38, 0.31, 0.45), "ms"))).toBe("+38 %");
  expect(plain(formatChangeRange(ratio(0.38, 0.31, 0.45), "ms"))).toBe("31 % to 45 %");
  // A wide interval does not turn a fall of 65 % into one to nothing.
  expect(plain(formatChange(ratio(-0.65, -0.99, 22), "ms"))).toBe("−70 %");
  expect(plain(formatChange(ratio(-1, -1, 22), "ms"))).toBe("−100 %");
  expect(plain(formatChange(ratio(-0.049, -0.062, -0.035), "ms"))).toBe("−4.9 %");
  expect(plain(formatChangeRange(ratio(-0.049, -0.062, -0.035), "ms"))).toBe("−6.2 % to −3.5 %");
  expect(plain(formatChange(difference(2200, 1700, 2700), "ms"))).toBe("+2.2 s");
  expect(plain(formatChangeRange(difference(2200, 1700, 2700), "ms"))).toBe("1.7 s to 2.7 s");
  expect(plain(formatChangeRange(difference(2200, 700, 3700), "ms"))).toBe("0.7 s to 3.7 s");
});

test("a difference of ratios is in percentage points, and nothing is not signed", () => {
  expect(plain(formatChange(difference(0.002, 0.001, 0.003), "ratio"))).toBe("+0.20 pp");
  expect(plain(formatChange(difference(0, 0, 0), "ratio"))).toBe("0 pp");
  expect(plain(formatChange(difference(-0.0000001, -0.0002, 0.0003), "ratio"))).toBe("0.000 pp");
});

test("a bound reads as it was declared", () => {
  expect(plain(formatBound({ kind: "margin", value: 0.1, relative: true }, "ms"))).toBe("10 %");
  expect(plain(formatBound({ kind: "margin", value: 0.001, relative: false }, "ratio"))).toBe("0.1 pp");
  expect(plain(formatBound({ kind: "margin", value: 500, relative: false }, "ms"))).toBe("500 ms");
  expect(plain(formatBound({ kind: "max", value: 3000, relative: false }, "ms"))).toBe("≤ 3 s");
  expect(plain(formatBound({ kind: "max", value: 0.005, relative: false }, "ratio"))).toBe("≤ 0.5 %");
  expect(plain(formatBound({ kind: "min", value: 290, relative: false }, "1/s"))).toBe("≥ 290/s");
  expect(plain(formatBound({ kind: "max", value: 0, relative: false }, "count"))).toBe("≤ 0");
  expect(plain(formatExact(1_500, "ms"))).toBe("1.5 s");
  expect(plain(formatExact(0, "ms", 1_500))).toBe("0 s");
});

test("a range without an end says so", () => {
  expect(plain(formatRange(3600, 4600, "ms"))).toBe("3.6 s to 4.6 s");
  expect(plain(formatRange(3600, Number.POSITIVE_INFINITY, "ms"))).toBe("3.60 s or more");
  expect(plain(formatRange(Number.NEGATIVE_INFINITY, 0.5, "ratio"))).toBe("at most 50.0 %");
  expect(formatRange(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "ms")).toBe("no bounds");
});

test("a length of time has at most two units", () => {
  expect([450, 32_000, 272_000, 1_560_000, 3_900_000].map(formatDuration).map(plain)).toEqual([
    "450 ms",
    "32 s",
    "4 min 32 s",
    "26 min",
    "1 h 05 min",
  ]);
});

test("a number never parts from its unit at the end of a line", () => {
  expect(formatValue(41.23, "ms")).toBe("41.2\u202fms");
  expect(formatValue(12_345, "1/s")).toBe("12\u202f345/s");
});

const units = fc.constantFrom<Unit>("ms", "ratio", "1/s", "bytes", "bytes/s", "count", "cores");

property.prop([fc.double({ min: 1e-6, max: 1e12, noNaN: true }), units])(
  "the opposite of a value reads the same with a minus",
  (value, unit) => {
    const text = formatValue(value, unit);
    expect(formatValue(-value, unit)).toBe(/[1-9]/.test(text) ? `\u2212${text}` : text);
  },
);

property.prop([fc.double({ min: 0.001, max: 1e9, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true }), units])(
  "what is shown is inside the interval that limited its digits",
  (value, share, unit) => {
    const spread = value * share;
    const shown = formatValue(value, unit, { spread, like: 1 });
    const number = Number(
      plain(shown)
        .match(/^[\d ]*\.?\d*/)?.[0]
        .replaceAll(" ", ""),
    );
    const size = { ms: 1, ratio: 0.01, "1/s": 1, bytes: 1, "bytes/s": 1, count: 1, cores: 1 }[unit];
    expect(Math.abs(number * size - value)).toBeLessThanOrEqual(spread / 2);
  },
);

test("a unit of somebody else's stands after the number as it is, and nothing is scaled", () => {
  expect(plainSpaces(formatValue(1718, "ns/op"))).toBe("1718 ns/op");
  expect(plainSpaces(formatChange(difference(120, 100, 140), "ns/op"))).toBe("+120 ns/op");
  expect(plainSpaces(formatBound({ kind: "margin", value: 2.5, relative: false }, "frames"))).toBe("2.5 frames");
  expect(formatValue(3, "")).toBe("3.00");
});
