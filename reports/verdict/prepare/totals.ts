/** Failed requests of all trials together, compared exactly: beside the comparison of trials, which decides. */
import { formatP } from "../../../runner/shared/format.ts";
import { fisherExact, type Share, shareDispersion } from "../../stats/rates.ts";
import type { Prepared } from "./prepare.ts";
import { dueOf, type Sample } from "./samples.ts";

/** Trials of an arm that differ so surely by more than chance may not be added up: one bad trial would speak for all requests. */
const DIFFERENT = 0.05;

/** A sentence; empty where nothing failed, where it is no ratio of requests, and without two trials of either arm in this run. */
export function totalsInWords({
  hypothesis,
  samples,
  stored,
}: Pick<Prepared, "hypothesis" | "samples" | "stored">): string {
  const { metric, condition, versus } = hypothesis;
  if (metric.name !== "errors.ratio" || versus === null || stored.length > 0) return "";
  const sides = [samples.candidate, samples.baseline].map((side) =>
    side.flatMap((it) => countOf(it, dueOf(it.trial, condition))),
  );
  const [own, other] = sides as [Share[], Share[]];
  if (own.length < Math.max(2, samples.candidate.length) || other.length < Math.max(2, samples.baseline.length))
    return "";
  const [all, against] = [total(own), total(other)];
  if (all.events + against.events === 0) return "";
  const spread = [own, other].map(shareDispersion).toSorted((a, b) => a.p - b.p)[0];
  if (spread !== undefined && spread.p < DIFFERENT)
    return `Failures of one arm differ between its trials by more than chance (Pearson dispersion ${spread.ratio.toPrecision(2)}): requests of all trials are not added up.`;
  const { greater } = fisherExact(all, against);
  return `Of all requests together ${all.events} of ${all.of} failed against ${against.events} of ${against.of} (exact p ${formatP(greater)} that this is no more, by Fisher; it decides nothing).`;
}

/** Nothing where the trial has no ratio of its own. */
function countOf({ scalar }: Sample, due: number): Share[] {
  return scalar.kind === "value" && due >= 1
    ? [{ events: Math.min(due, Math.round(scalar.value * due)), of: due }]
    : [];
}

const total = (shares: readonly Share[]): Share =>
  shares.reduce((sum, it) => ({ events: sum.events + it.events, of: sum.of + it.of }), { events: 0, of: 0 });
