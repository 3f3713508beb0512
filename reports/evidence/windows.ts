/** The three windows of a fault (requested, acknowledged, observed) and its recovery, as the clients' bins tell them. */
import { slowShareOf } from "../../runner/record/recovery.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { binomialQuantile, binomialUpperTail } from "../stats/binomial.ts";
import type { Span, TrialEvidence } from "./evidence.ts";

type Bins = TrialEvidence["bins"];

/** Normal for this long closes the observed window and opens the recovery, ms. */
export const normalForMs = 2000;
/** A bin counts as affected when so many bad requests have at most this probability before the fault. */
const affectedTail = 1e-4;
/** Recovered: the bad share is within this one-sided bound of the pre-fault phase. */
const recoveredConfidence = 0.99;
/** So many affected bins in a row are an effect; fewer are chance or a single pause. */
const inARow = 2;

/**
 * First to last affected bin; null when nothing was felt.
 *
 * @param usual share of bad requests before the fault, above 0
 * @param within where to look: from the request of the fault to the next fault or the end of load
 */
export function observedWindow(bins: Bins, usual: number, within: Span): Span | null {
  const { every } = bins;
  const first = Math.max(0, Math.floor(within.start / every));
  const last = Math.min(bins.due.length, Math.ceil(within.end / every));
  let open: { start: number; end: number } | null = null;
  let row = 0;
  for (let i = first; i < last; i++) {
    row = isAffected(bins, i, usual) ? row + 1 : 0;
    if (open !== null && (i + 1) * every - open.end >= normalForMs && row < inARow) break;
    if (row < inARow) continue;
    open ??= { start: (i + 1 - inARow) * every, end: 0 };
    open.end = (i + 1) * every;
  }
  return open;
}

const isAffected = (bins: Bins, i: number, usual: number): boolean => {
  const bad = bins.bad[i] ?? 0;
  return bad > 0 && binomialUpperTail(bad, Math.max(bad, bins.due[i] ?? 0), usual) <= affectedTail;
};

/**
 * ms from `from` to the first bin that opens `normalForMs` in which the system is recovered. The opening bin must be recovered by itself
 * too, else the last bad bin would be forgiven by the good ones after it. Not `seen` when `until` comes before: it took so long at
 * least, up to the first good bin that may have opened such a time, of which the rest was not watched.
 */
export function recoveryMs(
  bins: Bins,
  isRecovered: Recovered,
  span: { readonly from: number; readonly until: number },
): { readonly ms: number; readonly seen: boolean } {
  const { every } = bins;
  const wide = Math.max(1, Math.ceil(normalForMs / every));
  const end = Math.min(bins.due.length, Math.floor(span.until / every));
  for (let i = Math.max(0, Math.floor(span.from / every)); i < end; i++) {
    const seen = i + wide <= end;
    if (isRecovered(sums(bins, i, i + 1)) && (!seen || isRecovered(sums(bins, i, i + wide))))
      return { ms: Math.max(0, i * every - span.from), seen };
  }
  return { ms: Math.max(0, end * every - span.from), seen: false };
}

interface Sums {
  readonly due: number;
  readonly ok: number;
  readonly bad: number;
  readonly slow: number;
  readonly ms: number;
}
export type Recovered = (sums: Sums) => boolean;

export function sums(bins: Bins, from: number, to: number): Sums {
  const total = { due: 0, ok: 0, bad: 0, slow: 0, ms: (to - from) * bins.every };
  for (let i = from; i < to; i++) {
    total.due += bins.due[i] ?? 0;
    total.ok += bins.ok[i] ?? 0;
    total.bad += bins.bad[i] ?? 0;
    total.slow += bins.slow[i] ?? 0;
  }
  return total;
}

/** The default: no more bad requests than the 99 % binomial bound of the usual share allows. */
export const withinUsual =
  (usual: number): Recovered =>
  ({ due, bad }) =>
    bad <= binomialQuantile(recoveredConfidence, Math.max(due, bad), usual);

/** A `recovered:` condition on bins, as `recoveredProblem` admits them; latency in bins that counted by the condition's own maximum. */
export function meets(condition: Condition): Recovered {
  const slowShare = slowShareOf(condition);
  if (slowShare !== null) return ({ due, bad }) => bad <= slowShare * due;
  if (condition.metric === "throughput") return ({ ok, ms }) => (ok / ms) * 1000 >= (condition.min ?? 0);
  return ({ due, bad, slow }) => bad - slow <= (condition.max ?? 0) * due;
}
