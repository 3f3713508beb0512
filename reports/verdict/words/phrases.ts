/** A finding in half a sentence, for headlines and reasons. */
import {
  type Change,
  formatBound,
  formatChange,
  formatChangeRange,
  formatValue,
} from "../../../runner/shared/format.ts";
import type { Finding } from "../judgement.ts";

/** `Response time p99 of checkout in steady` */
export function subject({ title, condition, arm }: Finding, manyArms: boolean): string {
  const { request, fault, phase, target } = condition;
  return [
    title,
    ...(request === null ? [] : [`of ${request}`]),
    ...(target === null ? [] : [`of ${target}`]),
    ...(fault === null ? [] : [`after ${fault}`]),
    ...(phase === null ? [] : [`in ${phase}`]),
    ...(manyArms ? [`of arm ${arm}`] : []),
  ].join(" ");
}

/** As of what is better the other way round. */
export const turned = (change: Change): Change => ({
  ...change,
  estimate: -change.estimate,
  lower: -change.upper,
  upper: -change.lower,
});

/** `… rose by 38 % (31 % to 45 %)`, `… changed by −20 % (−90 % to 390 %)`, `… is 4.1 s (allowed ≤ 3 s)`; without numbers the subject and the reason. */
export const phrase = (finding: Finding, manyArms: boolean): string =>
  numbers(finding, manyArms) ??
  `${subject(finding, manyArms)} (${finding.because.charAt(0).toLowerCase()}${finding.because.slice(1).replace(/\.$/, "")})`;

/** What was found and why it is judged so, the reason once. */
export function explained(finding: Finding, manyArms: boolean): string {
  const found = numbers(finding, manyArms);
  return found === null ? `${subject(finding, manyArms)}: ${finding.because}` : `${found}. ${finding.because}`;
}

/** Null without numbers. */
function numbers(finding: Finding, manyArms: boolean): string | null {
  const who = subject(finding, manyArms);
  const { change, candidate, metric, bound } = finding;
  if (change !== null) {
    if (change.estimate === 0) return `${who} did not change`;
    // A fall of −390 % to 90 % is none.
    if (change.lower < 0 && change.upper > 0)
      return `${who} changed by ${formatChange(change, metric.unit)} (${formatChangeRange(change, metric.unit)})`;
    const size = change.estimate > 0 ? change : turned(change);
    // Without its sign: the verb says it.
    const by = formatChange(size, metric.unit).replace(/^\+/, "");
    const range = change.lower === change.upper ? "" : ` (${formatChangeRange(size, metric.unit)})`;
    return `${who} ${change.estimate > 0 ? "rose" : "fell"} by ${by}${range}`;
  }
  // What a search found has words of its own.
  if (finding.versus === null && candidate?.value != null && candidate.upper !== null && candidate.lower !== null) {
    const value = formatValue(candidate.value, metric.unit, { spread: candidate.upper - candidate.lower });
    const least = finding.trials.some((it) => it.worst && it.arm === finding.arm) ? "at least " : "";
    return `${who} is ${least}${value} (allowed ${formatBound(bound, metric.unit)})`;
  }
  const least = finding.trials.filter((it) => it.arm === finding.arm).map((it) => it.value);
  const known = least.filter((it) => it !== null);
  if (finding.versus === null && known.length > 0) {
    return `${who} is at least ${formatValue(Math.min(...known), metric.unit)} (allowed ${formatBound(bound, metric.unit)})`;
  }
  return null;
}

/** How much of what is allowed the unfavourable end of a change uses up; minus infinity without a margin. */
export function used({ change, bound, metric }: Finding): number {
  if (change === null || bound.kind !== "margin") return Number.NEGATIVE_INFINITY;
  return (metric.better === "lower" ? change.upper : -change.lower) / bound.value;
}
