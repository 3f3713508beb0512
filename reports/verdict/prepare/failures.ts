/** What became of the requests that failed: classes of outcomes, and the checks that answers failed, the most frequent first. */
import { outcomes } from "../../../runner/record/outcomes.ts";
import { phasesFor } from "../../analyses/measure.ts";
import type { Prepared } from "./prepare.ts";
import { countsOf } from "./samples.ts";

/** More of them are in the report's table. */
const mostNamed = 3;

/** A sentence on the arm that is judged; empty where none of its requests failed, and where it is no ratio of failures. */
export function failuresInWords({ hypothesis, samples }: Pick<Prepared, "hypothesis" | "samples">): string {
  const { metric, condition } = hypothesis;
  if (metric.name !== "errors.ratio") return "";
  const trials = samples.candidate.filter(({ scalar }) => scalar.kind === "value").map(({ trial }) => trial);
  const counts = trials.map((it) => countsOf(it, condition).counts);
  const failed = outcomes
    .filter((it) => it !== "ok")
    .map((name) => ({ name, count: counts.reduce((sum, it) => sum + it[name], 0) }));
  const checks = trials.flatMap((trial) => {
    const phases = phasesFor(trial, condition).map((it) => it.name);
    return trial.checks.filter(
      (it) => phases.includes(it.phase) && (condition.request === null || it.request === condition.request),
    );
  });
  const byCheck = [...Map.groupBy(checks, (it) => `${it.check} of ${it.request}`)].map(([name, all]) => ({
    name,
    count: all.reduce((sum, it) => sum + it.count, 0),
  }));
  const named = mostFrequent(byCheck).map((it) => it.name);
  const words = mostFrequent(failed).map(
    ({ name, count }) => `${count} ${name}${name === "check" && named.length > 0 ? ` (${named.join(", ")})` : ""}`,
  );
  return words.length === 0 ? "" : `Failures: ${words.join(", ")}.`;
}

const mostFrequent = <T extends { readonly count: number }>(all: readonly T[]): T[] =>
  all
    .filter((it) => it.count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostNamed);
