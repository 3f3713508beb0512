/** Lines of a summary on a terminal: what was judged, its two sides, the change and what is allowed, in aligned columns. */
import { plainSpaces } from "../../runner/shared/format.ts";
import type { Paint } from "../../runner/shared/paint.ts";
import { oneLine } from "./clean.ts";
import { decidesFrom } from "./facts.ts";
import { findingText, type Told } from "./finding-text.ts";
import { fittedTo, lengthOf } from "./svg/text.ts";
import type { Word } from "./words.ts";

export interface SummaryRow {
  readonly word: Word;
  readonly name: string;
  readonly finding: Told;
}

/** @param width columns; undefined: nothing is cut */
export function summaryLines(given: readonly SummaryRow[], width: number | undefined, paint: Paint): string[] {
  // Padded, so that the arrows of all rows stand in one column.
  const compares = given.filter((it) => it.finding.baseline !== null);
  const widest = Math.max(0, ...compares.map((it) => (findingText(it.finding).candidate ?? "").length));
  const rows = given.map(({ word, name, finding }) => {
    const { baseline, candidate, estimate, interval, allowed } = findingText(finding);
    const decides = decidesFrom(finding);
    const compared = baseline === null ? "" : `${baseline} → ${(candidate ?? "–").padStart(widest)}`;
    const cells = [
      `${word.icon} ${word.word}`,
      oneLine(name),
      compared,
      estimate,
      `(${withoutUnit(interval, estimate)})`,
      `allowed ${allowed}`,
      decides?.words.join(", ") ?? "",
    ];
    return cells.map(plainSpaces);
  });
  return aligned(rows, width).map(([first = "", ...others], i) =>
    `  ${[paint(first, given[i]?.word.tone ?? "none"), ...others].join("  ")}`.trimEnd(),
  );
}

/** `31 % to 45 %` beside `+38 %` is `31 to 45`. */
function withoutUnit(interval: string, estimate: string): string {
  const unit = estimate.match(/[^\d.∞]+$/)?.[0];
  const ends = interval.split(" to ");
  if (unit === undefined || ends.length !== 2 || !ends.every((it) => it.endsWith(unit))) return interval;
  return ends.map((it) => it.slice(0, -unit.length)).join(" to ");
}

const numeric = [2, 3];
/** From where on it decides: of no use beside a name that is cut. */
const decidesColumn = 6;
/** Given up in this order when lines with the shortest names are too long: the interval, then the two sides. */
const expendable = [4, 2];
const leastName = 12;

/** Cells padded to columns; too wide for the terminal, columns are given up, then names are cut. */
function aligned(rows: readonly (readonly string[])[], width: number | undefined): string[][] {
  const columns = rows[0]?.map((_, i) => i) ?? [];
  const widths = columns.map((i) => Math.max(...rows.map((it) => lengthOf(it[i] ?? ""))));
  let kept = columns.filter((i) => (widths[i] ?? 0) > 0);
  const total = () => 2 + kept.reduce((sum, i) => sum + (widths[i] ?? 0) + 2, -2);
  const room = width === undefined || width < 40 ? Number.POSITIVE_INFINITY : width;
  if (total() > room) kept = kept.filter((it) => it !== decidesColumn);
  for (const column of expendable) {
    if (total() - Math.max(0, (widths[1] ?? 0) - leastName) > room) kept = kept.filter((it) => it !== column);
  }
  if (total() > room) widths[1] = Math.max(leastName, (widths[1] ?? 0) - (total() - room));
  return rows.map((cells) =>
    kept.map((i) => {
      const text = fittedTo(cells[i] ?? "", widths[i] ?? 0);
      const gap = " ".repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(text)));
      return numeric.includes(i) ? gap + text : text + gap;
    }),
  );
}
