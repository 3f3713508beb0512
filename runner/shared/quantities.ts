/** Quantities as people write them (`10s`, `160MiB`, `500m`, `300/s`, `10%`, `0.1pp`) to plain numbers in one unit each. */

/** A number in the function's unit, or what was expected instead (a noun phrase that follows "expected"). */
export type Parsed<T = number> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string };

/** Units of metrics, and of the bounds on them. */
export const units = ["ms", "ratio", "1/s", "bytes", "bytes/s", "count", "cores"] as const;
export type Unit = (typeof units)[number];

/** relative: 0.1 is 10 %; absolute: in the unit asked for (`0.1pp` is 0.001). */
interface ParsedMargin {
  readonly kind: "relative" | "absolute";
  readonly value: number;
}

/** Plain decimals only: no sign, no exponent, no hexadecimal, so that nobody wonders what `1e3s` or `-5ms` means. */
const pattern = /^(\d{1,15}(?:\.\d{1,9})?)([A-Za-z%/]*)$/;

const milliseconds = { us: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 };
const bytes = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const perSecond = { "/s": 1, "/m": 1 / 60, "/h": 1 / 3600 };
const bytesPerSecond = Object.fromEntries(Object.entries(bytes).map(([unit, size]) => [`${unit}/s`, size]));

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const no = (expected: string): Parsed<never> => ({ ok: false, expected });

/** Values beyond 2^53 would silently lose digits. */
function scaled(text: string, units: Readonly<Record<string, number>>, expected: string): Parsed {
  const [, digits, unit = ""] = pattern.exec(text) ?? [];
  if (digits === undefined || !Object.hasOwn(units, unit)) return no(expected);
  const value = Number(digits) * (units[unit] as number);
  return value <= Number.MAX_SAFE_INTEGER ? ok(value) : no(`${expected}, less than 2^53 of the smallest unit`);
}

/** Milliseconds. */
export const parseDuration = (text: string): Parsed =>
  scaled(text, milliseconds, 'a duration such as "10s", "500ms", "2m" or "1h"');

/** Bytes, rounded to whole ones. `KiB`, `MiB`, `GiB` are powers of 1024; `kB`, `MB`, `GB` of 1000. */
export function parseBytes(text: string): Parsed {
  const parsed = scaled(text, bytes, 'a size such as "160MiB", "1GiB" or "10MB"');
  return parsed.ok ? ok(Math.round(parsed.value)) : parsed;
}

/** Cores, as Kubernetes writes them: `500m` is half a core. */
export const parseCpu = (text: string): Parsed =>
  scaled(text, { "": 1, m: 1e-3 }, 'CPU in cores or thousandths, such as "1.5" or "500m"');

/** Events per second. */
export const parseRate = (text: string): Parsed => scaled(text, perSecond, 'a rate such as "300/s" or "18000/m"');

/** A share: `10%` is 0.1. Divided, not multiplied by 0.01, so that `7%` is 0.07 exactly. */
export const parsePercent = (text: string): Parsed => hundredths(text, "%", 'a percentage such as "10%"');

/** Percentage points, a difference of shares: `0.1pp` is 0.001. */
export const parsePoints = (text: string): Parsed => hundredths(text, "pp", 'percentage points such as "0.1pp"');

/** With a space between, too, plain or narrow: reports write them so, and people copy from there. */
function hundredths(text: string, unit: string, expected: string): Parsed {
  const parsed = scaled(text.replace(/(?<=\d)[ \u00a0\u2009\u202f](?=[%p])/, ""), { [unit]: 1 }, expected);
  return parsed.ok ? ok(parsed.value / 100) : parsed;
}

const parseShare = (text: string): Parsed => {
  const parsed = parsePercent(text);
  return parsed.ok && parsed.value > 1 ? no('a percentage from "0%" to "100%"') : parsed;
};

const bounds: Readonly<Record<Unit, (text: string) => Parsed>> = {
  ms: parseDuration,
  ratio: parseShare,
  "1/s": parseRate,
  bytes: parseBytes,
  "bytes/s": (text) => scaled(text, bytesPerSecond, 'bytes per second such as "64KiB/s"'),
  count: (text) => scaled(text, { "": 1 }, 'a number such as "3"'),
  cores: parseCpu,
};

/** A bound (max, min) in the unit of a metric: a duration for `ms`, a percentage for `ratio`, … */
export const parseBound = (text: string, unit: Unit): Parsed => bounds[unit](text);

/**
 * A margin on a metric: `10%` where candidate and baseline are compared as a ratio, else a difference in the metric's unit
 * (percentage points for `ratio`). Both forms where the comparison is a ratio; differences have no base that a `%` could refer to.
 */
export function parseMargin(text: string, unit: Unit, scale: "ratio" | "difference"): Parsed<ParsedMargin> {
  if (scale === "ratio") {
    const relative = parsePercent(text);
    if (relative.ok) return positive({ kind: "relative", value: relative.value });
  }
  const absolute = unit === "ratio" ? parsePoints(text) : parseBound(text, unit);
  if (absolute.ok) return positive({ kind: "absolute", value: absolute.value });
  return no(scale === "ratio" ? `a margin such as "10%", or ${absolute.expected}` : absolute.expected);
}

const positive = (margin: ParsedMargin): Parsed<ParsedMargin> =>
  margin.value > 0 ? ok(margin) : no("a margin above zero: nothing measured is ever exactly equal");
