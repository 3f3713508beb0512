/** Trials that failed: outcomes of their arm, never left out. What they mean for every condition on it. */
import type { Evidence } from "../../evidence/evidence.ts";
import { trialsOf } from "../../evidence/trials-of.ts";
import { type Against, isStored } from "../control.ts";
import type { Verdict } from "../judgement.ts";
import { judgedArms } from "./hypotheses.ts";

export interface OutcomeRule {
  readonly verdict: Extract<Verdict, "failed" | "inconclusive" | "invalid">;
  readonly because: string;
}

/**
 * Failed trials of the arm and of the one it is compared with (for an absolute condition: the baseline, where there is one).
 * Two or more of the arm and none of the other: failed. One, or only the other's: inconclusive. Both: invalid.
 * @returns null when none failed
 */
export function outcomeRule(
  evidence: Evidence,
  arm: string,
  versus: string | null,
  against: Against | null,
): OutcomeRule | null {
  const own = failures(evidence, arm);
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  const other =
    against !== null && isStored(versus ?? "baseline", arm, arms)
      ? storedFailures(against)
      : versus === null || versus === arm
        ? null
        : failures(evidence, versus);
  const theirs = other?.failed.length ?? 0;
  if (own.failed.length === 0 && theirs === 0) return null;
  if (own.failed.length > 0 && other !== null && theirs > 0) {
    return {
      verdict: "invalid",
      because: `trials of both arms failed (${toldOfBoth(own, other)}): what failed is not told apart from what was tested`,
    };
  }
  if (other !== null && theirs > 0) {
    return { verdict: "inconclusive", because: `${told(other)}, so there is too little to compare with` };
  }
  if (own.failed.length === 1) {
    return {
      verdict: "inconclusive",
      because: `${told(own)}; one failure may be chance, a second one would fail the arm`,
    };
  }
  return { verdict: "failed", because: told(own) };
}

interface Failures {
  readonly arm: string;
  readonly trials: number;
  readonly failed: readonly string[];
}

function failures(evidence: Evidence, arm: string): Failures {
  const trials = trialsOf(evidence, arm);
  const failed = trials.filter((it) => it.outcome === "failed").map((it) => it.reason ?? "no reason recorded");
  return { arm, trials: trials.length, failed };
}

const storedFailures = ({ stored: { trials } }: Against): Failures => ({
  arm: "the stored baseline",
  trials: trials.length,
  failed: trials.filter((it) => it.outcome === "failed").map((it) => it.reason ?? "no reason recorded"),
});

const counts = ({ arm, trials, failed }: Failures): string =>
  `${failed.length} of ${trials} ${trials === 1 ? "trial" : "trials"} of ${arm}`;

const told = (it: Failures): string => `${counts(it)} failed: ${reasons(it.failed).join("; ")}`;

/** A reason that they share, once. */
function toldOfBoth(own: Failures, other: Failures): string {
  const shared = reasons([...own.failed, ...other.failed]);
  if (shared.length > 1) return `${told(own)}; ${told(other)}`;
  return `${counts(own)} and ${counts(other)}: ${shared.join("")}`;
}

/** Of those that begin with the same sentence the first: what follows are instances and what they wrote, which differ from trial to trial. */
const reasons = (failed: readonly string[]): string[] =>
  [...Map.groupBy(failed, (it) => it.replace(/\. [\s\S]*$/, "")).values()].flatMap(([first]) => first ?? []);

/** The arm whose failures excuse or convict: what a condition compares with, else the baseline if it is not the arm itself. */
export const comparedWith = (arm: string, versus: string | null, arms: readonly string[]): string | null =>
  versus ?? (arm !== "baseline" && arms.includes("baseline") ? "baseline" : null);

/** The rule for every judged arm of the run, gates or not. */
export function runOutcomes(evidence: Evidence, against: Against | null): OutcomeRule[] {
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  return judgedArms(arms)
    .map((arm) => outcomeRule(evidence, arm, comparedWith(arm, null, arms), against))
    .filter((it) => it !== null);
}
