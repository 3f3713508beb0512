/**
 * The thresholds of a script, over the whole load as k6 itself takes them (metrics/thresholds.go): shown, never deciding. k6 does not
 * evaluate them here, since for that it would keep every value in memory, and could end the load.
 */
import type { ValueBuckets } from "../../../record/load-lines.ts";
import type { ScriptThreshold } from "../../../record/script-threshold.ts";
import { addTo, emptySum, type MeasuredSum, quantileOf } from "../../../record/value-buckets.ts";
import type { ScriptOptions } from "../inspect.ts";
import type { Total } from "./output.ts";

const expression =
  /^\s*(avg|min|med|max|count|rate|value|p\((\d+(?:\.\d+)?)\))\s*(<=|>=|<|>|={2,3}|!=)\s*(-?\d+(?:\.\d+)?)\s*$/;

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "===": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** Each of them. @param seconds of the load */
export function judgeThresholds(
  thresholds: ScriptOptions["thresholds"],
  totals: readonly Total[],
  seconds: number,
): ScriptThreshold[] {
  return Object.entries(thresholds ?? {}).flatMap(([selector, all]) =>
    all.map((it) => {
      const text = typeof it === "string" ? it : it.threshold;
      return { expression: `${selector} ${text}`, ...verdict(selector, text, totals, seconds) };
    }),
  );
}

function verdict(
  selector: string,
  text: string,
  totals: readonly Total[],
  seconds: number,
): Pick<ScriptThreshold, "met" | "found"> {
  const [, aggregate = "", percentile, operator = "", bound] = expression.exec(text) ?? [];
  const compare = comparisons[operator];
  if (compare === undefined) return { met: null, found: "is not understood" };
  const value = reading(selector, aggregate, percentile, totals, seconds);
  if (typeof value === "string") return { met: null, found: value };
  return { met: compare(value, Number(bound)), found: Number(value.toPrecision(4)) };
}

function reading(
  selector: string,
  aggregate: string,
  percentile: string | undefined,
  totals: readonly Total[],
  seconds: number,
): number | string {
  const [, metric = "", filter = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(selector) ?? [];
  const wanted = filter
    .split(",")
    .filter((it) => it.trim() !== "")
    .map(tagOf);
  const named = (name: string) =>
    totals.filter((it) => it.metric === name && wanted.every(([tag, value]) => it.tags.get(tag) === value));
  const trend = [named(metric), named(`${metric}_seconds`), named(`${metric}_bytes`)];
  const factor = trend[0]?.some((it) => it.values !== null) || (trend[1]?.length ?? 0) === 0 ? 1 : 1000;
  const sum = added(trend.flat());
  const untold = wanted.find(([tag]) => untoldTags.has(tag))?.[0];
  const nothing =
    untold === undefined
      ? "has nothing to judge"
      : `can't be judged by the tag ${untold}, which is not told here: tag what it is about yourself`;
  if (percentile !== undefined || ["avg", "min", "med", "max"].includes(aggregate)) {
    const { values } = sum;
    if (values === null || values.count === 0) return nothing;
    if (aggregate === "avg") return (sum.sum / values.count) * factor;
    const share = { min: 0, med: 0.5, max: 1 }[aggregate] ?? Number(percentile) / 100;
    return (quantileOf(values, share) ?? Number.NaN) * factor;
  }
  if (aggregate === "value") return named(metric).at(-1)?.last ?? nothing;
  const counter = [...named(`${metric}_total`), ...(sum.values === null ? [] : named(metric))];
  if (aggregate === "count") return counter.length === 0 ? nothing : added(counter).sum;
  const shares = named(`${metric}_rate`);
  if (shares.length > 0) return weighted(shares, totals);
  if (named(metric).some((it) => it.values !== null)) return shareOrRate(metric, sum, seconds);
  return counter.length === 0 ? nothing : added(counter).sum / seconds;
}

/** k6's own tags that it is not asked for (`child.ts`). */
const untoldTags: ReadonlySet<string> = new Set([
  ...[
    "check",
    "error",
    "group",
    "ip",
    "iter",
    "ocsp_status",
    "proto",
    "service",
    "subproto",
    "tls_version",
    "url",
    "vu",
  ],
]);

const tagOf = (text: string): [string, string] => {
  const [tag = "", ...value] = text.split(":");
  return [tag.trim(), value.join(":").trim()];
};

const added = (parts: readonly Total[]): MeasuredSum => parts.reduce(addTo, emptySum());

/** In CSV a rate and a counter look alike: k6's own are known, and what is only ever 0 or 1 is taken for a rate. */
function shareOrRate(metric: string, { sum, values }: MeasuredSum, seconds: number): number | string {
  const { count, zero, positive } = values as ValueBuckets;
  const onlyOnes = Object.keys(positive).every((it) => it === "0");
  const isCounter = /^(http_reqs|iterations|dropped_iterations|data_(sent|received))$/.test(metric);
  return onlyOnes && !isCounter ? 1 - zero / count : sum / seconds;
}

/** Shares of requests weigh as many requests as have the same tags; others, where a scenario has one, as many iterations. */
function weighted(shares: readonly Total[], totals: readonly Total[]): number | string {
  const tagsOf = ({ tags }: Total) => JSON.stringify([...tags].filter(([name]) => name !== "__name__").sort());
  const requests = new Map(totals.filter((it) => it.metric === "http_reqs_total").map((it) => [tagsOf(it), it.sum]));
  const iterations = totals.filter((it) => it.metric === "iterations_total");
  const scenarioOf = ({ tags }: Total) => tags.get("scenario");
  const onePerScenario = new Set(shares.map(scenarioOf)).size === shares.length;
  const weightOf = (it: Total): number | undefined => {
    const own = iterations.filter((other) => scenarioOf(other) === scenarioOf(it));
    return requests.get(tagsOf(it)) ?? (onePerScenario && own.length > 0 ? added(own).sum : undefined);
  };
  const weights = shares.map((it) => (shares.length === 1 ? 1 : weightOf(it)));
  if (weights.some((it) => it === undefined)) return "can't be judged without exact: true";
  const all = weights.reduce<number>((sum, it) => sum + (it ?? 0), 0);
  return shares.reduce((sum, it, i) => sum + it.last * (weights[i] ?? 0), 0) / all;
}
