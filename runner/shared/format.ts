/** Quantities as people read them: a scaled unit, a true minus sign, and never more digits than the interval supports. No locale. */
import type { Unit } from "./quantities.ts";

/** One that metrics here have, or whatever somebody calls the unit of samples of theirs: then numbers are not scaled. */
export type AnyUnit = Unit | (string & {});

interface FormatOptions {
  /** Width of the interval around the value, upper - lower, in the value's unit: it limits the digits. */
  readonly spread?: number;
  /** Takes the scale (ms, s, min; B, KiB, MiB) of this value, so that neighbours in a row can be compared. */
  readonly like?: number;
  /** Writes `+` before what is above zero. */
  readonly signed?: boolean;
}

/** `ratio`: candidate / baseline - 1. `difference`: in the metric's own unit. */
export interface Change {
  readonly scale: "ratio" | "difference";
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** `value` is a ratio (0.1 is 10 %) when `relative`, else in the metric's unit. */
export interface Bound {
  readonly kind: "margin" | "max" | "min";
  readonly value: number;
  readonly relative: boolean;
}

/** Narrow no-break space: between number and unit, and between groups of three digits. */
const thin = "\u202f";
const minus = "\u2212";

interface Scale {
  /** One of it in the metric's unit. */
  readonly size: number;
  /** Used from this absolute value on, in the metric's unit. */
  readonly from: number;
  /** Follows the number, with its space. */
  readonly suffix: string;
}

const single = (size: number, suffix: string): readonly Scale[] => [{ size, from: 0, suffix }];
const bytes = (per: string): readonly Scale[] =>
  ["B", "KiB", "MiB", "GiB", "TiB"].map((name, i) => ({
    size: 1024 ** i,
    from: i === 0 ? 0 : 1024 ** i,
    suffix: `${thin}${name}${per}`,
  }));

/** Ascending. A difference of ratios is in percentage points, so that +0.1 pp is never read as a tenth of a percent more. */
const scales: Readonly<Record<Unit | "points", readonly Scale[]>> = {
  ms: [
    { size: 0.001, from: 0, suffix: `${thin}µs` },
    { size: 1, from: 0.1, suffix: `${thin}ms` },
    { size: 1_000, from: 1_000, suffix: `${thin}s` },
    { size: 60_000, from: 120_000, suffix: `${thin}min` },
    { size: 3_600_000, from: 7_200_000, suffix: `${thin}h` },
  ],
  ratio: single(0.01, `${thin}%`),
  points: single(0.01, `${thin}pp`),
  "1/s": single(1, "/s"),
  bytes: bytes(""),
  "bytes/s": bytes("/s"),
  count: single(1, ""),
  cores: single(1, `${thin}cores`),
};

const scalesOf = (unit: AnyUnit | "points"): readonly Scale[] =>
  Object.hasOwn(scales, unit) ? scales[unit as Unit | "points"] : single(1, unit === "" ? "" : `${thin}${unit}`);

const scaleOf = (unit: AnyUnit | "points", value: number): Scale => {
  const steps = scalesOf(unit);
  const size = Number.isFinite(value) ? Math.abs(Number(value.toPrecision(3))) : 0;
  const fitting =
    size === 0 ? steps.find((it) => it.size >= 1 || steps.length === 1) : steps.findLast((it) => size >= it.from);
  return fitting ?? { size: 1, from: 0, suffix: "" };
};

/** The power of ten of the digit at `significant` places from the first one. */
const place = (value: number, significant: number): number =>
  Math.floor(Math.log10(Math.abs(Number(value.toPrecision(significant))))) - significant + 1;

/**
 * Power of ten of the last digit shown. Whole numbers stay whole. With an interval: it spans 10 to 100 of the last digit, at most four significant ones.
 * Without: three significant digits, but shares end at 0.01 % unless they are smaller.
 */
function lastDigit(value: number, spread: number, unit: AnyUnit | "points"): number {
  const known = Number.isFinite(value) && value !== 0;
  // Whole numbers between whole ends.
  if (unit === "count" && Number.isInteger(value) && Number.isInteger(spread)) return 0;
  if (Number.isFinite(spread) && spread > 0) {
    const supported = Math.floor(Math.log10(spread * (1 + 1e-9))) - 1;
    return known ? Math.max(supported, place(Math.max(Math.abs(value), spread / 2), 4)) : supported;
  }
  if (!known) return 0;
  if ((unit === "ratio" || unit === "points") && Math.abs(value) < 10)
    return Math.abs(value) < 0.01 ? place(value, 1) : -2;
  return Math.min(0, place(value, 3));
}

const grouped = (digits: string): string => {
  const [whole = "", fraction] = digits.split(".");
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thin) : whole;
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
};

/** As many digits behind the point as are ever shown. */
const DEEPEST = 20;

/** `last` is the power of ten of the last digit; above 0 the digits below it are zeros. */
function digits(value: number, last: number, signed: boolean): string {
  if (Number.isNaN(value)) return "–";
  const step = 10 ** Math.max(0, last);
  const size = last > 0 ? Math.round(Math.abs(value) / step) * step : Math.abs(value);
  const shown = Number.isFinite(size) ? grouped(size.toFixed(Math.min(DEEPEST, Math.max(0, -last)))) : "∞";
  // Zeros that only say where the digits would begin, which are further down, are one zero.
  if (/^[0.]*$/.test(shown)) return -last > DEEPEST ? "0" : shown;
  return value < 0 ? minus + shown : signed ? `+${shown}` : shown;
}

/**
 * A value with its unit: `41.2 ms`, `4.1 s`, `0.01 %`, `300/s`, `160 MiB`.
 *
 * @param value in the metric's unit; a ratio is 0..1; NaN is `–`
 */
export function formatValue(value: number, unit: AnyUnit, options: FormatOptions = {}): string {
  return written(value, unit, options);
}

function written(
  value: number,
  unit: AnyUnit | "points",
  { spread = 0, like = value, signed = false }: FormatOptions,
): string {
  const scale = scaleOf(unit, like);
  const size = value / scale.size;
  const supported = lastDigit(size, spread / scale.size, unit);
  // A value keeps its first digit however wide its interval: 90 ms must not read as 0 s. A change may well be nothing.
  const last = signed || size === 0 || !Number.isFinite(size) ? supported : Math.min(supported, place(size, 1));
  const number = digits(size, last, signed);
  return number === "–" ? number : number + scale.suffix;
}

/** `3.6 s to 4.6 s`: both ends in one scale and to the same digit. An open end is said in words. */
export function formatRange(lower: number, upper: number, unit: AnyUnit, options: FormatOptions = {}): string {
  return range(lower, upper, unit, options);
}

function range(lower: number, upper: number, unit: AnyUnit | "points", options: FormatOptions): string {
  const ends = [lower, upper].filter(Number.isFinite);
  const largest = ends.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  const scale = scaleOf(unit, options.like ?? largest);
  const last = lastDigit(largest / scale.size, (options.spread ?? upper - lower) / scale.size, unit);
  const end = (value: number) => digits(value / scale.size, last, false) + scale.suffix;
  if (Number.isFinite(lower) && Number.isFinite(upper)) return `${end(lower)} to ${end(upper)}`;
  if (Number.isFinite(lower)) return `${end(lower)} or more`;
  return Number.isFinite(upper) ? `at most ${end(upper)}` : "no bounds";
}

const unitOfChange = (change: Change, unit: AnyUnit): AnyUnit | "points" =>
  change.scale === "ratio" ? "ratio" : unit === "ratio" ? "points" : unit;

const readsAsAll = new RegExp(`^${minus}100(\\.0+)?${thin}%$`);

/** `+38 %`, `−0.02 pp`, `+2.2 s`: the estimate, to the digits that its interval supports. */
export function formatChange(change: Change, unit: AnyUnit): string {
  const show = (spread: number) => written(change.estimate, unitOfChange(change, unit), { spread, signed: true });
  let spread = change.upper - change.lower;
  // A value that fell by 70 % has not fallen to nothing, however wide its interval.
  while (change.scale === "ratio" && change.estimate > -1 && readsAsAll.test(show(spread))) spread /= 10;
  return show(spread);
}

/** `31 % to 45 %`: the interval of a change, in the scale of its estimate. */
export function formatChangeRange(change: Change, unit: AnyUnit): string {
  return range(change.lower, change.upper, unitOfChange(change, unit), { like: change.estimate });
}

/** What is allowed, exactly as it was declared: `10 %`, `0.1 pp`, `≤ 3 s`, `≥ 290/s`. */
export function formatBound(bound: Bound, unit: AnyUnit): string {
  const sign = { margin: "", max: `≤${thin}`, min: `≥${thin}` }[bound.kind];
  const shown = bound.relative ? "ratio" : bound.kind === "margin" && unit === "ratio" ? "points" : unit;
  return sign + formatExact(bound.value, shown);
}

/**
 * A number somebody declared, or a tick of an axis: up to six significant digits, no trailing zeros.
 * `points` is a difference of ratios; `like` gives the scale, as in {@link FormatOptions}.
 */
export function formatExact(value: number, unit: AnyUnit | "points", like = value): string {
  const scale = scaleOf(unit, like);
  const exact = Number((value / scale.size).toPrecision(6));
  const decimals = String(Math.abs(exact)).match(/^\d+\.(\d+)$/)?.[1]?.length ?? 0;
  return digits(exact, -decimals, false) + scale.suffix;
}

/** A length of time for people: `32 s`, `4 min 32 s`, `1 h 05 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}${thin}h ${String(minutes).padStart(2, "0")}${thin}min`;
  const rest = seconds % 60 === 0 ? "" : ` ${seconds % 60}${thin}s`;
  if (minutes > 0) return `${minutes}${thin}min${rest}`;
  return ms < 1000 ? `${Math.round(ms)}${thin}ms` : rest.trim();
}

/** `1 gate`, `3 gates`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A probability to two digits. */
export const formatP = (p: number): string => (p < 0.0001 ? "below 0.0001" : String(Number(p.toPrecision(2))));

/** The same text with plain spaces, for terminals, logs and files that are searched. */
export const plainSpaces = (text: string): string => text.replaceAll(/[\u00a0\u2009\u202f]/g, " ");
