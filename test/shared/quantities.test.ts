import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Parsed,
  parseBound,
  parseBytes,
  parseCpu,
  parseDuration,
  parseMargin,
  parsePercent,
  parsePoints,
  parseRate,
  type Unit,
} from "../../runner/shared/quantities.ts";

const quantity = <T>(parsed: Parsed<T>): T => {
  if (!parsed.ok) throw new Error(`expected ${parsed.expected}`);
  return parsed.value;
};

describe("quantities as people write them", () => {
  it.each([
    [parseDuration, "10s", 10_000],
    [parseDuration, "500ms", 500],
    [parseDuration, "2m", 120_000],
    [parseDuration, "1h", 3_600_000],
    [parseDuration, "0.5s", 500],
    [parseDuration, "250us", 0.25],
    [parseBytes, "160MiB", 167_772_160],
    [parseBytes, "1GiB", 1_073_741_824],
    [parseBytes, "64KiB", 65_536],
    [parseBytes, "10MB", 10_000_000],
    [parseBytes, "512B", 512],
    [parseCpu, "500m", 0.5],
    [parseCpu, "2", 2],
    [parseCpu, "1.5", 1.5],
    [parseRate, "300/s", 300],
    [parseRate, "18000/m", 300],
    [parsePercent, "10%", 0.1],
    [parsePercent, "7%", 0.07],
    [parsePoints, "0.1pp", 0.001],
  ] as const)("%o reads %s as %d", (parse, text, value) => {
    expect(quantity(parse(text))).toBeCloseTo(value, 12);
  });

  it.each([
    "",
    "10",
    "s",
    "10 s",
    "-1s",
    "1e3s",
    "0x10s",
    "10S",
    "10sec",
    "1..5s",
    ".5s",
    "10s ",
    "NaNs",
    "1,5s",
    "１０s",
  ])("a duration is not %o", (text) => {
    expect(parseDuration(text)).toEqual({
      ok: false,
      expected: 'a duration such as "10s", "500ms", "2m" or "1h"',
    });
  });

  it("refuses units inherited from Object.prototype", () => {
    expect(parseDuration("1constructor").ok).toBe(false);
    expect(parseBytes("1toString").ok).toBe(false);
  });

  it("refuses what a number cannot hold exactly", () => {
    expect(parseBytes("999999999TiB").ok).toBe(false);
    expect(parseDuration("999999999999h").ok).toBe(false);
  });

  it.each([
    ["250ms", "ms", 250],
    ["0.1%", "ratio", 0.001],
    ["200MiB", "bytes", 209_715_200],
    ["64KiB/s", "bytes/s", 65_536],
    ["3", "count", 3],
    ["300/s", "1/s", 300],
    ["500m", "cores", 0.5],
  ] as const)("a bound of %s in %s is %d", (text, unit, value) => {
    expect(quantity(parseBound(text, unit))).toBeCloseTo(value, 12);
  });

  it("a bound of a share is between 0% and 100%, never in points", () => {
    expect(parseBound("101%", "ratio")).toEqual({ ok: false, expected: 'a percentage from "0%" to "100%"' });
    expect(parseBound("1pp", "ratio").ok).toBe(false);
  });

  it.each([" ", "\u00a0", "\u2009", "\u202f"])(
    "a percentage or points may have a space before the unit: %j",
    (space) => {
      expect(parseMargin(`5${space}%`, "ms", "ratio")).toEqual({ ok: true, value: { kind: "relative", value: 0.05 } });
      expect(quantity(parsePercent(`7.5${space}%`))).toBe(0.075);
      expect(quantity(parsePoints(`0.1${space}pp`))).toBeCloseTo(0.001, 12);
      expect(quantity(parseBound(`50${space}%`, "ratio"))).toBe(0.5);
      for (const text of [`5${space}${space}%`, `5%${space}`, `${space}5%`, `5${space}`])
        expect(parsePercent(text).ok, text).toBe(false);
    },
  );

  it("a relative margin needs a metric that is compared as a ratio", () => {
    expect(parseMargin("10%", "ms", "ratio")).toEqual({ ok: true, value: { kind: "relative", value: 0.1 } });
    expect(parseMargin("5ms", "ms", "ratio")).toEqual({ ok: true, value: { kind: "absolute", value: 5 } });
    expect(parseMargin("10%", "ms", "difference").ok).toBe(false);
    expect(parseMargin("0.1pp", "ratio", "difference")).toEqual({
      ok: true,
      value: { kind: "absolute", value: 0.001 },
    });
    expect(parseMargin("0.1%", "ratio", "difference")).toEqual({
      ok: false,
      expected: 'percentage points such as "0.1pp"',
    });
    expect(parseMargin("0%", "ms", "ratio").ok).toBe(false);
  });
});

const units: Unit[] = ["ms", "ratio", "1/s", "bytes", "bytes/s", "count", "cores"];
const parsers = [parseDuration, parseBytes, parseCpu, parseRate, parsePercent, parsePoints];

test.prop([fc.string(), fc.constantFrom(...units)])("any text gives a finite number or a sentence", (text, unit) => {
  for (const parsed of [...parsers.map((parse) => parse(text)), parseBound(text, unit)]) {
    if (parsed.ok) expect(Number.isFinite(parsed.value) && parsed.value >= 0).toBe(true);
    else expect(parsed.expected).toMatch(/such as|from/);
  }
});

test.prop([fc.nat(1_000_000)])("the same length in another unit is the same length", (n) => {
  expect(quantity(parseDuration(`${n}s`))).toBe(quantity(parseDuration(`${n * 1000}ms`)));
  expect(quantity(parseBytes(`${n}MiB`))).toBe(quantity(parseBytes(`${n * 1024}KiB`)));
  expect(quantity(parseRate(`${n}/s`))).toBeCloseTo(quantity(parseRate(`${n * 60}/m`)), 6);
  expect(quantity(parsePercent(`${n}%`))).toBe(quantity(parsePoints(`${n}pp`)));
});

test.prop([fc.nat(1_000_000), fc.nat(1_000_000)])("a larger number is a larger quantity", (a, b) => {
  for (const unit of ["us", "ms", "s", "m", "h"]) {
    expect(Math.sign(quantity(parseDuration(`${a}${unit}`)) - quantity(parseDuration(`${b}${unit}`)))).toBe(
      Math.sign(a - b),
    );
  }
});
