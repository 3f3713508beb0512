/** Why a gate or a claim has its verdict: the sentence, what limits it, how it was computed, and its trials. */
import { counted, formatExact, formatP, formatValue } from "../../../runner/shared/format.ts";
import type { Finding } from "../../verdict/judgement.ts";
import { findingText, placeOf } from "../finding-text.ts";
import type { Word } from "../words.ts";
import { absent, type ValueTable } from "./value-table.ts";

export interface ExplainView extends Word {
  readonly id: string;
  readonly title: string;
  readonly place: string;
  readonly because: string;
  readonly numbers: string;
  readonly tags: readonly string[];
  readonly warnings: readonly string[];
  /** Trials without a value, and why: never hidden in a fold. */
  readonly missing: readonly string[];
  readonly method: readonly string[];
  readonly trials: ValueTable | null;
}

export function explainView(id: string, finding: Finding, word: Word, severalArms: boolean): ExplainView {
  const { estimate, interval, allowed } = findingText(finding);
  return {
    ...word,
    id,
    title: finding.title,
    place: placeOf(finding, severalArms),
    because: finding.because,
    numbers: `${estimate} (${interval}), allowed ${allowed}`,
    tags: finding.advisory ? ["advisory, never decides", ...finding.tags] : finding.tags,
    warnings: finding.warnings,
    missing: missing(finding),
    method: method(finding),
    trials: trials(finding),
  };
}

/** One line per reason, with the trials that it holds for: those without a value, and those that are worse than theirs. */
function missing({ trials }: Finding): string[] {
  const without = trials.filter((it) => it.value === null || it.worst);
  const reasons = Map.groupBy(without, (it) => `${it.note ?? "no value"}${it.worst ? ", ranked worst" : ""}`);
  return [...reasons].map(([reason, those]) => {
    const which = those.map((it) => `${it.trial} (${it.arm})`).join(", ");
    return `${those.length === 1 ? "Trial" : "Trials"} ${which}: ${reason}`;
  });
}

function method({ method, pairs, p, mde, pairsNeeded, versus, control, metric, change }: Finding): string[] {
  const shown = (value: number) =>
    change?.scale !== "difference" && versus !== null
      ? formatExact(Number(value.toPrecision(2)), "ratio")
      : formatExact(Number(value.toPrecision(2)), metric.unit === "ratio" ? "points" : metric.unit);
  return [
    method === "" ? null : `${method}.`,
    versus === null || control !== "interleaved" ? null : `${counted(pairs, "pair")} against ${versus}.`,
    p === null ? null : `p = ${formatP(p.raw)}, ${formatP(p.adjusted)} after Holm's correction.`,
    mde === null ? null : `Smallest effect found with 80 % power at this noise: ${shown(mde)}.`,
    pairsNeeded === null ? null : `To decide it: about ${counted(pairsNeeded, "pair")} in all.`,
  ].filter((it) => it !== null);
}

function trials({ trials, metric, title }: Finding): ValueTable | null {
  if (trials.length === 0) return null;
  const like = Math.max(0, ...trials.map((it) => Math.abs(it.value ?? 0)).filter(Number.isFinite));
  return {
    caption: `${title}: one value per trial`,
    head: ["trial", "block", "arm", "value", "note"],
    rows: trials.map((it) => ({
      head: String(it.trial),
      cells: [
        String(it.block),
        it.arm,
        it.value === null ? absent : `${it.worst ? "at least " : ""}${formatValue(it.value, metric.unit, { like })}`,
        [it.note ?? "", it.worst ? "ranked worst" : ""].filter((part) => part !== "").join(", "),
      ],
    })),
  };
}
