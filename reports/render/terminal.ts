/** The end of a run on a terminal: gates aligned, one sentence, remarks, where the report is, what to do next. */
import { capitalized, plainSpaces } from "../../runner/shared/format.ts";
import { painter } from "../../runner/shared/paint.ts";
import { unlikeWords } from "../verdict/inference/shape.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { cleaned, oneLine } from "./clean.ts";
import { hasSeveralArms, placeOf } from "./finding-text.ts";
import { type SummaryRow, summaryLines } from "./summary-lines.ts";
import { againstInWords, claimWords, endedInWords, sentence, verdictWords, withoutVerdict } from "./words.ts";

interface TerminalOptions {
  readonly color: boolean;
  /** Columns; absent when it is no terminal: then nothing is cut. */
  readonly width?: number | undefined;
  /** Where reports were written. */
  readonly paths?: readonly string[];
}

/** Ends with a newline. Without colour it holds no escape sequence, whatever the judgement says. */
export function renderTerminal(judgement: Judgement, { color, width, paths = [] }: TerminalOptions): string {
  const { run, verdict, headline, trust, against, falseAlarms, next, ...rest } = cleaned(judgement);
  const paint = painter(color);
  const several = hasSeveralArms([...rest.gates, ...rest.claims]);
  const word = verdictWords[verdict];
  const ended = notices(run);
  const isSaid = (text: string) => headline.includes(text) || ended.some((it) => it.includes(text));
  const blocks = [
    summaryLines(rowsOf(rest, several), width, paint),
    [
      `${paint(`${capitalized(word.word)}:`, "bold")} ${oneLine(withoutVerdict(headline, word.word))}`,
      // What is not tied to this run stands among the remarks.
      ...(against?.bridged ? [oneLine(`Compared with ${againstInWords(against)}.`)] : []),
      ...ended.map((it) => `! ${it}`),
      ...trust
        .filter((it) => it.status !== "ok" && !isSaid(it.text))
        .map((it) => oneLine(`! ${it.title.toLowerCase()}: ${it.text}`)),
      ...[...Map.groupBy(rest.gates.filter(isOfFailures), (it) => it.because)].map(([because, gates]) =>
        oneLine(`${verdictWords.failed.icon} ${gates.map((it) => nameOf(it, several)).join(", ")}: ${because}`),
      ),
      ...[...Map.groupBy([...rest.gates.filter(isOpen), ...rest.claims.filter(isUnsettled)], (it) => it.because)].map(
        ([because, open]) => oneLine(`~ ${open.map((it) => nameOf(it, several)).join(", ")}: ${because}`),
      ),
      ...(rest.gates.length === 0 ? [] : [oneLine(`False alarms: ${falseAlarms.text}`)]),
      ...rest.gates.filter(isUnlike).map((it) => oneLine(`! ${nameOf(it, several)}: ${it.warnings.join("; ")}`)),
    ],
    [...paths.map((it) => `report  ${it}`), ...(next === null ? [] : [`next    ${oneLine(next)}`])],
  ].filter((it) => it.length > 0);
  return `${plainSpaces(blocks.map((it) => it.join("\n")).join("\n\n"))}\n`;
}

function rowsOf({ gates, claims }: Pick<Judgement, "gates" | "claims">, several: boolean): SummaryRow[] {
  return [
    ...gates.map((it) => ({
      word: verdictWords[it.verdict],
      name: nameOf(it, several) + (it.advisory ? " (advisory)" : ""),
      finding: it,
    })),
    ...claims.map((it) => ({
      word: claimWords[it.claim],
      name: `${nameOf(it, several)} (claim ${it.source})`,
      finding: it,
    })),
  ];
}

function nameOf(finding: Finding, several: boolean): string {
  // A name that the author gave says where by itself.
  const place = finding.condition.label === null ? placeOf(finding, several) : several ? finding.arm : "";
  return [finding.title, place].filter((it) => it !== "").join(" · ");
}

/** A ratio does not tell what failed; why it did is what is asked next. */
const isOfFailures = ({ verdict, advisory, metric }: Finding): boolean =>
  metric.name === "errors.ratio" && !advisory && (verdict === "failed" || verdict === "regressed");

const isUnsettled = ({ claim }: Judgement["claims"][number]): boolean =>
  claim === "inconclusive" || claim === "not-testable";

/** Passed by its center, though its trials are not like the other arm's. */
const isUnlike = ({ verdict, tags }: Finding): boolean => verdict === "pass" && unlikeWords(tags) !== null;

/** Why it is undecided, and what is wanting: the row has no room for it. */
const isOpen = ({ verdict, advisory }: Finding): boolean => verdict === "inconclusive" && !advisory;

function notices(run: Judgement["run"]): string[] {
  return [
    sentence(oneLine(endedInWords(run))),
    run.postHoc ? "these gates were given after the run (post hoc)." : "",
  ].filter((it) => it !== "");
}
