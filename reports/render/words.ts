/** The words, signs and tones of verdicts: one table for every format. */
import { capitalized, counted } from "../../runner/shared/format.ts";
import type { ClaimVerdict, Finding, Judgement, Verdict } from "../verdict/judgement.ts";

export interface Word {
  readonly icon: string;
  /** Colour by meaning; never the only carrier of it. */
  readonly tone: "good" | "bad" | "open" | "none";
  readonly word: string;
}

export const verdictWords: Readonly<Record<Verdict, Word>> = {
  pass: { icon: "✓", tone: "good", word: "pass" },
  regressed: { icon: "✗", tone: "bad", word: "regressed" },
  failed: { icon: "✗", tone: "bad", word: "failed" },
  inconclusive: { icon: "~", tone: "open", word: "inconclusive" },
  invalid: { icon: "!", tone: "open", word: "invalid" },
};

export const claimWords: Readonly<Record<ClaimVerdict, Word>> = {
  supported: { icon: "✓", tone: "good", word: "supported" },
  refuted: { icon: "✗", tone: "bad", word: "refuted" },
  inconclusive: { icon: "~", tone: "open", word: "inconclusive" },
  "not-testable": { icon: "–", tone: "none", word: "not testable" },
};

/** Ends in a full stop; empty stays empty. */
/** How a run ended that did not come to its end; empty for one that did. */
export const endedInWords = ({ status, statusReason }: Judgement["run"]): string => {
  const how = { completed: "", interrupted: "this run was interrupted", failed: "this run failed" }[status];
  return [how, how === "" ? "" : (statusReason ?? "")].filter((it) => it !== "").join(": ");
};

export const sentence = (text: string): string => (text === "" || /[.!?]$/.test(text) ? text : `${text}.`);

/** A headline may begin with the verdict that stands before it already. */
export function withoutVerdict(headline: string, verdict: string): string {
  if (!headline.toLowerCase().startsWith(verdict)) return headline;
  const rest = headline.slice(verdict.length).replace(/^[:.,]\s+/, "");
  return rest.length === headline.length - verdict.length ? headline : capitalized(rest);
}

/** `10 pairs of trials`, `3 of 10 pairs of trials`: what a block is called depends on how many arms it has. */
export function trialsInWords({ arms, blocks }: Judgement["run"]): string {
  const [one, many] =
    arms.length === 1
      ? ["trial", "trials"]
      : arms.length === 2
        ? ["pair of trials", "pairs of trials"]
        : ["block of trials", "blocks of trials"];
  return blocks.done === blocks.planned
    ? counted(blocks.done, one, many)
    : `${blocks.done} of ${counted(blocks.planned, one, many)}`;
}

/** `2 of 6 gates stop this release, 1 is undecided.` Advisory gates are not counted; what the run overrules `would stop` it. */
export function gatesInWords({ gates, verdict }: Pick<Judgement, "gates" | "verdict">): string {
  const deciding = gates.filter((it) => !it.advisory);
  if (deciding.length === 0) return "No gate was judged.";
  const having = (...verdicts: readonly Verdict[]) => deciding.filter((it) => verdicts.includes(it.verdict)).length;
  const [stopping, open, invalid] = [having("regressed", "failed"), having("inconclusive"), having("invalid")];
  const of = `of ${counted(deciding.length, "gate")}`;
  const stop = verdict === "invalid" || verdict === "inconclusive" ? "would stop" : stopping === 1 ? "stops" : "stop";
  const parts = [
    stopping > 0 ? `${stopping} ${of} ${stop} this release` : null,
    open > 0 ? `${open} ${stopping > 0 ? "" : `${of} `}${open === 1 ? "is" : "are"} undecided` : null,
    invalid > 0 ? `${invalid} ${stopping + open > 0 ? "" : `${of} `}${invalid === 1 ? "is" : "are"} invalid` : null,
  ].filter((it) => it !== null);
  if (parts.length > 0) return `${parts.join(", ")}.`;
  return deciding.length === 1 ? "The only gate passes." : `All ${deciding.length} gates pass.`;
}

/** `2026-11-21 09:12 UTC` of an ISO instant; anything else as it stands. */
export const instant = (iso: string): string => iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");

/** `candidate of run 20261120T0912Z-k3f, measured on 2026-11-20, tied to this one by the reference arm` */
export const againstInWords = ({ run, arm, measuredAt, bridged }: NonNullable<Judgement["against"]>): string =>
  `${arm} of run ${run}, measured on ${measuredAt.slice(0, 10)}, ${bridged ? "tied to this one by the reference arm" : "with nothing that ties it to this one"}`;

/** What decided beside the gates, which say it themselves where they are explained. A pass needs no reason. */
export const reasonsBeside = ({ verdict, headline, reasons, gates }: Judgement): readonly string[] =>
  verdict === "pass"
    ? []
    : reasons.filter(
        (it) => !sameText(it, headline) && !gates.some((gate) => gate.because !== "" && it.includes(gate.because)),
      );

const sameText = (a: string, b: string): boolean => a.replace(/\.$/, "") === b.replace(/\.$/, "");

/** Empty where nothing is to be said. */
export const toChange = ({ wouldChange }: Pick<Finding, "wouldChange">): string =>
  wouldChange === "" ? "" : `To change it: ${wouldChange.charAt(0).toLowerCase()}${wouldChange.slice(1)}`;
