/** The gates table, the claims table, and the rows that both are made of. */
import type { Finding, Judgement } from "../../verdict/judgement.ts";
import { DECIDES_FROM, decidesFrom } from "../facts.ts";
import { findingText, hasSeveralArms, placeOf } from "../finding-text.ts";
import type { Svg } from "../svg/element.ts";
import { claimWords, reasonsBeside, verdictWords, type Word } from "../words.ts";
import { forest, forestAxis, sharedAxis } from "./forest.ts";

interface GateRow extends Word {
  readonly title: string;
  readonly place: string;
  /** Fragment of the section that shows it, or of its explanation. */
  readonly href: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly estimate: string;
  readonly interval: string;
  readonly allowed: string;
  /** From where on it decides. */
  readonly decides: readonly string[];
  readonly plot: Svg | null;
  readonly advisory: boolean;
  readonly source: string | null;
}

interface GateTable {
  readonly rows: readonly GateRow[];
  readonly axis: Svg | null;
  /** Heads of the two columns of values; `baseline` is null when no gate compares. */
  readonly baseline: string | null;
  readonly candidate: string;
  readonly compares: boolean;
}

interface GatesView {
  readonly table: GateTable;
  /** What decided beside the gates, a line each. */
  readonly reasons: readonly string[];
  readonly falseAlarms: string;
  /** What stands below what is allowed, for the note. */
  readonly decidesFrom: string;
  /** The method, in plain words. */
  readonly how: Judgement["how"];
  readonly next: { readonly command: string; readonly why: string } | null;
}

/** `hrefOf` finds where a finding is explained. */
export function gatesView(judgement: Judgement, hrefOf: (finding: Finding) => string): GatesView {
  const { gates, falseAlarms, how, next } = judgement;
  return {
    table: tableOf(
      gates.map((finding) => ({ finding, word: verdictWords[finding.verdict], source: null })),
      hrefOf,
    ),
    reasons: reasonsBeside(judgement),
    falseAlarms: falseAlarms.text,
    decidesFrom: gates.some((it) => it.metric.name.startsWith("capacity.")) ? "" : DECIDES_FROM,
    how,
    next: next === null ? null : nextOf(next),
  };
}

/** A command may end in a shell comment that says what it is for. */
function nextOf(next: string): { command: string; why: string } {
  const [command = next, why = ""] = next.split(/\s{2,}# /, 2);
  return { command, why };
}

export const claimsTable = ({ claims }: Judgement, hrefOf: (finding: Finding) => string): GateTable =>
  tableOf(
    claims.map((finding) => ({ finding, word: claimWords[finding.claim], source: finding.source })),
    hrefOf,
  );

interface Item {
  readonly finding: Finding;
  readonly word: Word;
  readonly source: string | null;
}

function tableOf(items: readonly Item[], hrefOf: (finding: Finding) => string): GateTable {
  const findings = items.map((it) => it.finding);
  const axis = sharedAxis(findings);
  const several = hasSeveralArms(findings);
  const name = (pick: (finding: Finding) => string | null, otherwise: string) => {
    const names = new Set(findings.map(pick).filter((it) => it !== null));
    const [only] = names;
    return names.size === 1 && only !== undefined ? only : otherwise;
  };
  return {
    rows: items.map(({ finding, word, source }) => {
      const { baseline, candidate, ...text } = findingText(finding);
      return {
        ...word,
        ...text,
        title: finding.title,
        place: placeOf(finding, several),
        href: hrefOf(finding),
        baseline: baseline ?? "–",
        candidate: candidate ?? "–",
        decides: decidesFrom(finding)?.words ?? [],
        plot: forest(finding, axis),
        advisory: finding.advisory,
        source,
      };
    }),
    axis: axis && forestAxis(axis),
    baseline: findings.some((it) => it.baseline !== null) ? name((it) => it.versus, "baseline") : null,
    candidate: several ? "measured" : name((it) => it.arm, "measured"),
    compares: findings.some((it) => it.bound.kind === "margin"),
  };
}
