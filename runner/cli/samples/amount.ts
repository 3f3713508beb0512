/** Margins and floors of samples: amounts in the unit of a metric, whatever that is called. */
import type { Metric, MetricKind } from "../../record/metrics.ts";
import type { Margin } from "../../record/scenario.ts";
import {
  type Parsed,
  parseBound,
  parseBytes,
  parseDuration,
  parsePercent,
  parsePoints,
} from "../../shared/quantities.ts";

export interface Measured extends Pick<Metric, "better"> {
  readonly name: string;
  readonly unit: string;
  /** Null: not told. */
  readonly kind: MetricKind | null;
}

/** Of a number that stands before a unit: plain decimals, as in quantities. */
const AMOUNT = /^(\d{1,15}(?:\.\d{1,9})?)\s*(.*)$/s;

/** Parsers of one dimension each; the metric's unit and the amount's are both read by it. */
const dimensions: readonly ((text: string) => Parsed)[] = [
  parseDuration,
  parseBytes,
  (text) => parseBound(text, "1/s"),
  (text) => parseBound(text, "bytes/s"),
];
/** As conditions call them, and as quantities write them. */
const symbols: Readonly<Record<string, string>> = { bytes: "B", "bytes/s": "B/s", "1/s": "/s" };

/** A share of 1 is a hundred of these. */
const hundredths: Readonly<Record<string, number>> = { ratio: 1, "": 1, "%": 100, percent: 100 };

/** In the metric's unit: a bare number, or a text with that unit or one that can be turned into it. */
export function amountIn(written: string | number, unit: string): Parsed {
  if (typeof written === "number") return positive(written, unit);
  const [, digits, suffix = ""] = AMOUNT.exec(written.trim()) ?? [];
  if (digits === undefined) return expected(unit);
  const symbol = symbols[unit] ?? unit;
  if (suffix === "" || suffix === unit || suffix === symbol) return positive(Number(digits), unit);
  if (unit === "cores" && suffix === "m") return positive(Number(digits) / 1000, unit);
  for (const parse of dimensions) {
    const [one, amount] = [parse(`1${symbol}`), parse(digits + suffix)];
    if (one.ok && amount.ok) return positive(amount.value / one.value, unit);
  }
  return expected(unit);
}

const positive = (value: number, unit: string): Parsed =>
  value > 0 && Number.isFinite(value) ? { ok: true, value } : expected(unit);

const expected = (unit: string): Parsed<never> => ({
  ok: false,
  expected:
    unit === "" ? "a number above zero" : `a number above zero, in ${unit} or with a unit that can be turned into it`,
});

/** Metrics that are shares themselves: a share of a share is what people confuse. */
const isShare = (kind: MetricKind | null): boolean => kind === "errors" || kind === "share";

export function marginIn(written: string | number, { unit, kind, better }: Measured): Parsed<Margin> {
  const text = String(written).trim();
  if (text.endsWith("%")) {
    if (isShare(kind))
      return { ok: false, expected: `percentage points for a metric of kind ${kind}, such as "0.1pp"` };
    return relative(text, better);
  }
  if (text.endsWith("pp")) return points(text, unit);
  const amount = amountIn(written, unit);
  return amount.ok
    ? { ok: true, value: { kind: "absolute", value: amount.value } }
    : { ok: false, expected: `a margin such as ${isShare(kind) ? '"0.1pp"' : '"5%"'}, or ${amount.expected}` };
}

function relative(text: string, better: Metric["better"]): Parsed<Margin> {
  const parsed = parsePercent(text);
  if (!parsed.ok || parsed.value === 0) return { ok: false, expected: 'a margin above zero, such as "5%"' };
  if (better === "higher" && parsed.value >= 1)
    return { ok: false, expected: 'a margin below "100%": what is better when higher can\'t fall by more' };
  return { ok: true, value: { kind: "relative", value: parsed.value } };
}

function points(text: string, unit: string): Parsed<Margin> {
  const parsed = parsePoints(text);
  const size = Object.hasOwn(hundredths, unit) ? hundredths[unit] : undefined;
  if (!parsed.ok || parsed.value === 0) return { ok: false, expected: 'percentage points above zero, such as "0.1pp"' };
  return size === undefined
    ? { ok: false, expected: `a margin in ${unit}: pp is for shares, in "ratio" (0 to 1) or "%" (0 to 100)` }
    : { ok: true, value: { kind: "absolute", value: parsed.value * size } };
}

/** What a margin that is left out is; the reasons are in docs/judge.md. */
export function defaultMargin({ name, unit, kind, better }: Measured): Parsed<Margin> {
  const written = kind === null ? undefined : kind === "latency" ? ofLatency(name) : defaults[kind];
  const parsed = written === undefined ? null : marginIn(written, { name, unit, kind, better });
  return parsed?.ok
    ? parsed
    : {
        ok: false,
        expected: `a margin: ${kind === null ? "a metric without a kind" : `kind ${kind}`} has none of its own`,
      };
}

const defaults: Partial<Record<MetricKind, string>> = {
  throughput: "3%",
  cpu: "3%",
  errors: "0.1pp",
  share: "1pp",
  memory: "5%",
};

/** By the quantile that the name tells (`p99`, `p99.9`, `p999`); a median, a mean, or none: the least. */
function ofLatency(name: string): string {
  const [, digits] = /(?:(?<![A-Za-z])p|P)(\d+(?:[._]\d+)?)/.exec(name) ?? [];
  let quantile = Number((digits ?? "50").replace("_", "."));
  while (quantile > 100) quantile /= 10;
  return quantile <= 50 ? "5%" : quantile <= 90 ? "7%" : "10%";
}
