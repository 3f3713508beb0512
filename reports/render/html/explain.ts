/** Why a gate or a claim has its verdict: the sentence, what limits it, how it was computed, and its trials. */
import { capitalized, formatChange, formatChangeRange, formatP, formatValue } from "../../../runner/shared/format.ts";
import type { Finding } from "../../verdict/judgement.ts";
import { decidesFrom, whyNotKnown, worseTrials } from "../facts.ts";
import { findingText, placeOf } from "../finding-text.ts";
import type { Word } from "../words.ts";
import { absent, type ValueTable } from "./value-table.ts";

export interface ExplainView extends Word {
  readonly id: string;
  readonly title: string;
  readonly place: string;
  readonly because: string;
  readonly wouldChange: string;
  readonly facts: readonly { readonly term: string; readonly value: string }[];
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
    wouldChange: finding.wouldChange,
    facts: facts(finding),
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

function facts(finding: Finding): ExplainView["facts"] {
  const { pairs, control, pairsNeeded } = finding;
  const worse = worseTrials(finding);
  const needed = pairsNeeded === null ? "" : `, about ${pairsNeeded} needed`;
  return [
    { term: control === "interleaved" ? "Pairs" : "Trials", value: `${pairs}${needed}` },
    ...power(finding),
    ...(worse === null ? [] : [{ term: "Trials worse (A12)", value: worse }]),
  ];
}

/** With 80 % chance each, as the note beside the table says. */
function power(finding: Finding): ExplainView["facts"] {
  const decides = decidesFrom(finding);
  // What a search finds has its interval instead.
  if (decides === null && finding.metric.name.startsWith("capacity.")) return [];
  if (decides === null) return [{ term: "Passes and fails from", value: `not known: ${whyNotKnown(finding)}` }];
  const { passes, fails } = decides;
  return finding.bound.kind === "margin"
    ? [
        { term: "Passes from", value: `a margin of ${passes}` },
        { term: "Fails from", value: fails },
      ]
    : [{ term: "Decides from", value: `${passes} or ${fails}` }];
}

function method({ method, p, versus, robust, metric }: Finding): string[] {
  return [
    method === "" ? null : `${capitalized(method)}${versus === null ? "" : `, against ${versus}`}.`,
    robust === null
      ? null
      : `Without heeding outliers: ${formatChange(robust, metric.unit)} (${formatChangeRange(robust, metric.unit)}), by Hodges and Lehmann with a Walsh interval; it decides nothing.`,
    p === null ? null : `p = ${formatP(p.raw)}, ${formatP(p.adjusted)} after Holm's correction.`,
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
