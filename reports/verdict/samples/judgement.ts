/** What is asked of samples that somebody else's harness took, and what is answered. */
import type { Metric, MetricKind } from "../../../runner/record/metrics.ts";
import type { Margin } from "../../../runner/record/scenario.ts";
import type { AnyUnit, Change } from "../../../runner/shared/format.ts";
import type { Look } from "../inference/levels.ts";
import type { Estimate, Finding } from "../judgement.ts";

export interface SampledMetric {
  /** Unique in its session. */
  readonly name: string;
  /** Any text, shown as it is. */
  readonly unit: AnyUnit;
  readonly better: Metric["better"];
  /** Null: nothing is known of what it measures. */
  readonly kind: MetricKind | null;
  readonly margin: Margin;
  /** Smallest change that matters, in the unit; zero: none. */
  readonly floor: number;
  readonly advisory: boolean;
  /** The i-th of one side belongs to the i-th of the other: as many on both. */
  readonly paired: boolean;
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  /** Keeps it undecided whatever the numbers say; a clause. */
  readonly obstacle: string | null;
}

export interface SampleSession {
  readonly alpha: number;
  readonly alphaFail: number;
  /** Pairs at each look, ascending; null without looks. */
  readonly looks: readonly number[] | null;
  readonly metrics: readonly SampledMetric[];
}

export type SampleVerdict = "pass" | "regressed" | "inconclusive";

export interface SampleFinding
  extends Pick<
    Finding,
    | ("advisory" | "bound" | "baseline" | "p" | "method" | "pairsNeeded" | "mde" | "mdeFail")
    | ("tags" | "warnings" | "because" | "wouldChange")
  > {
  readonly name: string;
  /** As it was given. */
  readonly unit: AnyUnit;
  /** As it is shown. */
  readonly metric: { readonly unit: AnyUnit; readonly better: Metric["better"] };
  readonly verdict: SampleVerdict;
  readonly scale: "ratio" | "difference";
  readonly candidate: Estimate | null;
  /** Ends may be infinite. Null below two values of each side. */
  readonly estimate: Change | null;
  /** The same for words and tables; null when any of its numbers is infinite. */
  readonly change: Change | null;
  readonly control: "interleaved" | "unbridged";
  /** Of independent samples the size of the smaller one. */
  readonly pairs: number;
}

export interface SampleJudgement {
  readonly verdict: SampleVerdict;
  /** Null without looks. */
  readonly look: Look | null;
  readonly metrics: readonly SampleFinding[];
}
