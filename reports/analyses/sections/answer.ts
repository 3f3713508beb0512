/** The answer to a section's question, in a sentence. */
import { type Metric, metricNamed } from "../../../runner/record/metrics.ts";
import type { Condition } from "../../../runner/record/scenario.ts";
import { type Change, formatChange, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { centerOf, numbersOf, where } from "../centers.ts";

/** What a section needs to know of a finding of the verdict. */
export interface FindingLike {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  readonly condition: Condition;
  readonly arm: string;
  /** Null for a bound. */
  readonly versus: string | null;
  readonly metric: Pick<Metric, "name" | "unit" | "kind">;
  readonly verdict: "pass" | "regressed" | "failed" | "inconclusive" | "invalid";
  readonly advisory: boolean;
  readonly change: Change | null;
  /** Null of what a search found are ends that it did not see, and it says more of them itself. */
  readonly candidate: {
    readonly value: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
  } | null;
}

/** By the conditions that were asked, else by the numbers alone, without a judgement. */
export function answerOf(evidence: Evidence, metrics: readonly string[], findings: readonly FindingLike[]): string {
  const deciding = findings.some((it) => !it.advisory) ? findings.filter((it) => !it.advisory) : findings;
  const worse = deciding.filter((it) => it.verdict === "regressed" || it.verdict === "failed");
  const open = deciding.filter((it) => it.verdict === "inconclusive" || it.verdict === "invalid");
  if (worse.length > 0) return `Beyond what is allowed: ${worse.map(told).join("; ")}.`;
  if (open.length > 0) return `Not decided: ${open.map(told).join("; ")}.`;
  if (deciding.length > 0) return `Within what is allowed: ${deciding.map(told).join("; ")}.`;
  return described(evidence, metrics);
}

function told({ title, where: at, metric, change, candidate }: FindingLike): string {
  const name = at === "" ? title : `${title} (${at})`;
  if (change !== null) return `${name} changed by ${formatChange(change, metric.unit)}`;
  if (candidate?.value == null) return `${name} has no value`;
  const { value, lower, upper } = candidate;
  return `${name} is ${formatValue(value, metric.unit, { spread: (upper ?? value) - (lower ?? value) })}`;
}

function described(evidence: Evidence, metrics: readonly string[]): string {
  const { arms, faults } = evidence.run.scenario;
  const sentences = metrics.flatMap((metric) => {
    const known = metricNamed(metric);
    if (!known) return [];
    const places =
      known.over === "fault" || (known.kind === "scaling" && faults.length > 0)
        ? faults.map((it) => ({ name: `${known.title} from ${it.name}`, condition: where(metric, { fault: it.name }) }))
        : [{ name: known.title, condition: where(metric) }];
    return places.flatMap(({ name, condition }) => {
      const values = arms.flatMap(({ name: arm }) => {
        const found = centerOf(metric, numbersOf(evidence, arm, condition));
        if (found === null) return [];
        const shown = formatValue(found.center, known.unit, found.n > 1 ? { spread: found.high - found.low } : {});
        return [arms.length > 1 ? `${shown} in ${arm}` : shown];
      });
      return values.length === 0 ? [] : [`${name}: ${values.join(", ")}.`];
    });
  });
  return sentences.length === 0 ? "Nothing was measured." : `No condition asked. ${sentences.join(" ")}`;
}
