/** The judgement: everything a report shows, as plain JSON. Made once from evidence and conditions; every renderer reads only this. */
import type { Metric } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import type { Bound, Change } from "../../runner/shared/format.ts";
import type { Check, FaultReport, Section, TableRow, Timeline } from "../analyses/parts.ts";
import type { FalseAlarms } from "./calibration/false-alarms.ts";
import type { Control } from "./control.ts";
import type { SearchSummary } from "./search/summary.ts";

export type Verdict = "pass" | "regressed" | "failed" | "inconclusive" | "invalid";
export type ClaimVerdict = "supported" | "refuted" | "inconclusive" | "not-testable";

export interface Judgement {
  readonly schema: 1;
  readonly run: RunSummary;
  readonly verdict: Verdict;
  /** One sentence in words: what happened, by how much. */
  readonly headline: string;
  /** What decided, one line each. */
  readonly reasons: readonly string[];
  /** Sorted: regressed and failed, inconclusive, pass; advisory ones last. */
  readonly gates: readonly Finding[];
  readonly claims: readonly (Finding & { readonly claim: ClaimVerdict; readonly source: string })[];
  /** The stored session that stands in for an arm that this run does not have; null when none does. */
  readonly against: AgainstSummary | null;
  readonly trust: readonly Check[];
  readonly faults: readonly FaultReport[];
  /** One per question: latency, errors, throughput, recovery, scaling, memory, gc, cpu. Only those with something to say. */
  readonly sections: readonly Section[];
  readonly timeline: Timeline | null;
  /** Every metric by arm: the full table. */
  readonly table: readonly TableRow[];
  readonly environment: readonly { readonly name: string; readonly value: string; readonly differs: string | null }[];
  readonly reproduce: { readonly commands: readonly string[]; readonly source: string };
  /** How sure: in words (one-sided levels, Holm, pairs, what relies on normality). */
  readonly errorRate: string;
  readonly falseAlarms: FalseAlarms;
  /** How all of this was decided, for whoever has to act on it; empty when no gate was judged. */
  readonly how: readonly { readonly term: string; readonly text: string }[];
  readonly next: string | null;
  /** What a search found; left out where trials are repeated. */
  readonly search?: SearchSummary;
}

export interface RunSummary {
  readonly id: string;
  readonly scenario: string;
  readonly description: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: number;
  readonly status: "completed" | "interrupted" | "failed";
  readonly statusReason: string | null;
  readonly arms: readonly string[];
  readonly blocks: { readonly planned: number; readonly done: number };
  /** Gates were given after the run. */
  readonly postHoc: boolean;
  readonly shakedown: string;
}

export interface AgainstSummary {
  readonly run: string;
  readonly arm: string;
  /** UTC, ISO 8601. */
  readonly measuredAt: string;
  readonly trials: number;
  /** Whether the reference arm ties it to this run. */
  readonly bridged: boolean;
}

export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** What a search found, which may not have seen an end: null there. Without a value only an end is known: "at least", "below". */
export interface OpenEstimate {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly n: number;
}

/** One condition on one arm. Numbers are in the metric's own unit; positive change = larger value, whatever is better. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  /** `steady · checkout` */
  readonly where: string;
  readonly condition: Condition;
  readonly metric: Pick<Metric, "name" | "title" | "unit" | "better" | "scale" | "kind">;
  readonly arm: string;
  readonly versus: string | null;
  /** How drift between the two sides is controlled; null for absolute conditions. */
  readonly control: Control | null;
  readonly verdict: Verdict;
  readonly advisory: boolean;
  /** Center (geometric mean on the ratio scale, mean otherwise) with two-sided 90 % bounds; null without data. */
  readonly baseline: Estimate | null;
  readonly candidate: Estimate | OpenEstimate | null;
  /** ratio: candidate / baseline - 1; difference: in the metric's unit. Bounds one-sided at alpha each. Null for absolute conditions. */
  readonly change: Change | null;
  /** The same by Hodges-Lehmann with a Walsh interval, which assume no normal distribution and heed no outlier; null where not every pair has values, or they are too few. */
  readonly robust: Change | null;
  /** ratio margins as a ratio (0.1), the rest in the metric's unit. */
  readonly bound: Bound;
  readonly p: { readonly raw: number; readonly adjusted: number } | null;
  readonly method: string;
  /** Against a stored session: trials on the smaller side. */
  readonly pairs: number;
  /** Pairs in all, those done included, that would decide it with 80 % power; null when decided, or out of reach. */
  readonly pairsNeeded: number | null;
  /**
   * Minimum detectable effect at the level of passing: the smallest margin that passes with 80 % power where nothing changed, at this
   * noise; same scale as `change`, never negative. Of an absolute condition: how far inside of its bound, in the metric's unit, a true
   * value passes.
   */
  readonly mde: number | null;
  /**
   * The same at the level of failing: the smallest true worsening that is called regressed with 80 % power, at Holm's strictest level
   * and estimated at the margin or more. Of an absolute condition: how far beyond its bound a true value fails.
   */
  readonly mdeFail: number | null;
  /** A12: probability that a trial of the arm is worse than one of the other, ties one half; null unless both ran in turn. */
  readonly a12: number | null;
  /** One per trial of both arms: the dot strip. `value` null: see `note`. */
  readonly trials: readonly {
    readonly trial: number;
    readonly block: number;
    readonly arm: string;
    readonly value: number | null;
    readonly worst: boolean;
    readonly note: string | null;
  }[];
  /** improved, worse within tolerance, beyond margin proven, relies on normality, fragile, absorbed, one trial no error rate … */
  readonly tags: readonly string[];
  readonly warnings: readonly string[];
  /** A sentence: why this verdict. */
  readonly because: string;
  /** A sentence: what would change it. Empty where nothing is to be said. */
  readonly wouldChange: string;
}
