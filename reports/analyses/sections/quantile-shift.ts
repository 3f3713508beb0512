/** The quantile-shift curve: how much slower every part of the response times got, not only the one quantile that a gate asks for. */
import type { Histogram } from "hdr-histogram-js";
import type { Condition } from "../../../runner/record/scenario.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { mean } from "../../stats/describe.ts";
import { pairedBounds } from "../../stats/t-test.ts";
import type { Chart } from "../charts.ts";
import { leastBeyond, quantileMs, shownQuantiles } from "../latency.ts";
import { lacking, phasesFor } from "../measure.ts";
import type { FindingLike } from "./answer.ts";

export type ShiftChart = Extract<Chart, { kind: "shift" }>;

/** One-sided, of either end at every quantile. */
const alpha = 0.05;

/** One curve for each set of requests, arm and other arm that conditions on response time compare. */
export function quantileShifts(evidence: Evidence, findings: readonly FindingLike[]): readonly ShiftChart[] {
  const asked = Map.groupBy(
    findings.filter((it) => it.metric.kind === "latency" && it.versus !== null),
    ({ condition, metric, arm, versus }) => {
      const { phase, fault, request } = condition;
      return JSON.stringify([prefixOf(metric.name), phase, fault, request ?? onlyRequest(evidence, arm), arm, versus]);
    },
  );
  return [...asked.values()].flatMap(([first]) => {
    const chart = first === undefined ? null : shiftOf(evidence, first);
    return chart === null ? [] : [chart];
  });
}

/** All requests are those of one name where there is no other. */
function onlyRequest({ run }: Evidence, arm: string): string | null {
  const requests = run.scenario.arms.find((it) => it.name === arm)?.load.requests ?? [];
  return requests.length === 1 ? (requests[0]?.name ?? null) : null;
}

const prefixOf = (metric: string): string => metric.split(".")[0] ?? metric;

/** Null when the record holds fewer than two pairs with requests in them. */
function shiftOf(evidence: Evidence, { condition, metric, arm, versus, where }: FindingLike): ShiftChart | null {
  const which = prefixOf(metric.name) === "service" ? "service" : "latency";
  const of = (name: string | null) => histograms(evidence, name, condition, which);
  const [own, other] = [of(arm), of(versus)];
  const pairs = [...own].flatMap(([block, histogram]): (readonly [Histogram, Histogram])[] => {
    const partner = other.get(block);
    return partner === undefined ? [] : [[histogram, partner]];
  });
  const points = shownQuantiles.flatMap((quantile) => {
    const logs = pairs
      .map(([candidate, baseline]) => Math.log(quantileMs(candidate, quantile) / quantileMs(baseline, quantile)))
      .filter(Number.isFinite);
    if (logs.length < 2) return [];
    const { lower, upper } = pairedBounds(logs, alpha);
    const beyond = Math.min(quantile, 1 - quantile) * Math.min(...pairs.flat().map((it) => it.totalCount));
    const back = (log: number): number => Math.expm1(log) + 0;
    const change = { scale: "ratio", estimate: back(mean(logs)), lower: back(lower), upper: back(upper) } as const;
    return [{ quantile, change, few: beyond + 1e-9 < leastBeyond }];
  });
  if (versus === null || points.length === 0) return null;
  const title = which === "service" ? "Shift of every quantile of service time" : "Shift of every quantile";
  return { kind: "shift", title: `${title} · ${where}`, arm, versus, pairs: pairs.length, points };
}

/** By block; without trials that failed, or that have no request there. */
function histograms(
  { trials }: Evidence,
  arm: string | null,
  condition: Condition,
  which: "latency" | "service",
): ReadonlyMap<number, Histogram> {
  const usable = trials.filter((it) => it.arm === arm && it.outcome === "ok" && lacking(it, condition.metric) === null);
  return new Map(
    usable
      .map((it): [number, Histogram] => [it.block, histogramOf(it, condition, which)])
      .filter(([, it]) => it.totalCount > 0),
  );
}

const histogramOf = (trial: TrialEvidence, condition: Condition, which: "latency" | "service"): Histogram =>
  trial.requests({ phases: phasesFor(trial, condition).map((it) => it.name), request: condition.request })[which];
