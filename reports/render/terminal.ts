/** The end of a run on a terminal: gates aligned, one sentence, remarks, where the report is, what to do next. */
import { plainSpaces } from "../../runner/shared/format.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { cleaned, oneLine } from "./clean.ts";
import { findingText, hasSeveralArms, placeOf } from "./finding-text.ts";
import { fittedTo, lengthOf } from "./svg/text.ts";
import { againstInWords, capitalized, claimWords, sentence, verdictWords, type Word, withoutVerdict } from "./words.ts";

export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; absent when it is no terminal: then nothing is cut. */
  readonly width?: number | undefined;
  /** Where reports were written. */
  readonly paths?: readonly string[];
}

interface Row {
  readonly word: Word;
  readonly cells: readonly string[];
}

const styles: Readonly<Record<Word["tone"], readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  open: [33, 39],
  none: [2, 22],
};
const bold = [1, 22] as const;

/** Ends with a newline. Without colour it holds no escape sequence, whatever the judgement says. */
export function renderTerminal(judgement: Judgement, { color, width, paths = [] }: TerminalOptions): string {
  const { run, verdict, headline, trust, against, next, ...rest } = cleaned(judgement);
  const paint = (text: string, [on, off]: readonly [number, number]) =>
    color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  const rows = rowsOf({ ...rest, run });
  const word = verdictWords[verdict];
  const blocks = [
    aligned(rows, width).map((cells, i) => {
      const [first = "", ...others] = cells;
      return `  ${[paint(first, styles[rows[i]?.word.tone ?? "none"]), ...others].join("  ")}`.trimEnd();
    }),
    [
      `${paint(`${capitalized(word.word)}:`, bold)} ${oneLine(withoutVerdict(headline, word.word))}`,
      // What is not tied to this run stands among the remarks.
      ...(against?.bridged ? [oneLine(`Compared with ${againstInWords(against)}.`)] : []),
      ...notices(run).map((it) => `! ${it}`),
      ...trust.filter((it) => it.status !== "ok").map((it) => oneLine(`! ${it.title.toLowerCase()}: ${it.text}`)),
    ],
    [...paths.map((it) => `report  ${it}`), ...(next === null ? [] : [`next    ${oneLine(next)}`])],
  ].filter((it) => it.length > 0);
  return `${plainSpaces(blocks.map((it) => it.join("\n")).join("\n\n"))}\n`;
}

function rowsOf({ gates, claims }: Pick<Judgement, "gates" | "claims" | "run">): Row[] {
  const several = hasSeveralArms([...gates, ...claims]);
  // Padded, so that the arrows of all rows stand in one column.
  const compares = [...gates, ...claims].filter((it) => it.baseline !== null);
  const widest = Math.max(0, ...compares.map((it) => (findingText(it).candidate ?? "").length));
  const row = (finding: Judgement["gates"][number], word: Word, kind: string): Row => {
    const { baseline, candidate, estimate, interval, allowed } = findingText(finding);
    // A name that the author gave says where by itself.
    const place = finding.condition.label === null ? placeOf(finding, several) : several ? finding.arm : "";
    const name = [finding.title, place].filter((it) => it !== "").join(" · ");
    const compared = baseline === null ? "" : `${baseline} → ${(candidate ?? "–").padStart(widest)}`;
    const cells = [
      `${word.icon} ${word.word}`,
      oneLine(name) + kind,
      compared,
      estimate,
      `(${withoutUnit(interval, estimate)})`,
      `allowed ${allowed}`,
    ];
    return { word, cells: cells.map((it) => plainSpaces(it)) };
  };
  return [
    ...gates.map((it) => row(it, verdictWords[it.verdict], it.advisory ? " (advisory)" : "")),
    ...claims.map((it) => row(it, claimWords[it.claim], ` (claim ${oneLine(it.source)})`)),
  ];
}

/** `31 % to 45 %` beside `+38 %` is `31 to 45`. */
function withoutUnit(interval: string, estimate: string): string {
  const unit = estimate.match(/[^\d.∞]+$/)?.[0];
  const ends = interval.split(" to ");
  if (unit === undefined || ends.length !== 2 || !ends.every((it) => it.endsWith(unit))) return interval;
  return ends.map((it) => it.slice(0, -unit.length)).join(" to ");
}

const numeric = [2, 3];
/** Given up in this order when the lines are too long: the interval, then the two sides. */
const expendable = [4, 2];
const leastName = 12;

/** Cells padded to columns; too wide for the terminal, columns are given up, then names are cut. */
function aligned(rows: readonly Row[], width: number | undefined): string[][] {
  const columns = rows[0]?.cells.map((_, i) => i) ?? [];
  const widths = columns.map((i) => Math.max(...rows.map((it) => lengthOf(it.cells[i] ?? ""))));
  let kept = columns.filter((i) => (widths[i] ?? 0) > 0);
  const total = () => 2 + kept.reduce((sum, i) => sum + (widths[i] ?? 0) + 2, -2);
  const room = width === undefined || width < 40 ? Number.POSITIVE_INFINITY : width;
  for (const column of expendable) {
    if (total() - Math.max(0, (widths[1] ?? 0) - leastName) > room) kept = kept.filter((it) => it !== column);
  }
  if (total() > room) widths[1] = Math.max(leastName, (widths[1] ?? 0) - (total() - room));
  return rows.map(({ cells }) =>
    kept.map((i) => {
      const text = fittedTo(cells[i] ?? "", widths[i] ?? 0);
      const gap = " ".repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(text)));
      return numeric.includes(i) ? gap + text : text + gap;
    }),
  );
}

function notices(run: Judgement["run"]): string[] {
  const ended =
    run.status === "completed"
      ? ""
      : [`this run was ${run.status}`, run.statusReason ?? ""].filter((it) => it !== "").join(": ");
  return [sentence(oneLine(ended)), run.postHoc ? "these gates were given after the run (post hoc)." : ""].filter(
    (it) => it !== "",
  );
}
