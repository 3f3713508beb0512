/** What is wrong with a scenario: where, what was expected, what was found, what to do; and how that looks on a terminal. */
import { painter } from "../../shared/paint.ts";

export interface Diagnostic {
  readonly file: string;
  /** Null where there is no line to point at: the file as a whole, or a value of `--set`. */
  readonly at: {
    /** 1-based; columns count UTF-16 code units. */
    readonly line: number;
    readonly column: number;
    /** Of what is marked, on this line; at least 1. */
    readonly length: number;
    readonly source: string;
  } | null;
  /** The whole argument of the `--set` that gave the value, or another option as it was typed: `--trials 5`. */
  readonly set: string | null;
  /** Empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
}

/** More than this only scrolls the first ones away. */
const mostShown = 50;
/** Longer source lines are cut around the mark. */
const widest = 140;

/** Ends with a newline; empty for none. What is said of several places is said once, and those after the first are only named. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string {
  const shown = diagnostics.slice(0, mostShown);
  const left = diagnostics.length - shown.length;
  const groups = Map.groupBy(shown, ({ message, hint }) => JSON.stringify([message, hint]));
  const blocks = [...groups.values()].map(
    ([first, ...others]) =>
      render(first as Diagnostic, color) + others.map((it) => headOf(it, "the same", color)).join(""),
  );
  return blocks.join("") + (left > 0 ? `… and ${left} more problem${left === 1 ? "" : "s"}\n` : "");
}

function headOf({ file, at, set, path }: Diagnostic, message: string, color: boolean): string {
  const option = set === null || set.startsWith("--") ? set : `--set ${set}`;
  const where = option !== null ? option : at === null ? file : `${file}:${at.line}:${at.column}`;
  return `${painter(color)(printable(where), "bold")}  ${path === "" ? "" : `${printable(path)}: `}${printable(message)}\n`;
}

function render(diagnostic: Diagnostic, color: boolean): string {
  const { at, message, hint } = diagnostic;
  const paint = painter(color);
  const head = headOf(diagnostic, message, color);
  const help = hint === null ? "" : paint(printable(hint), "hint");
  if (at === null) return help === "" ? head : `${head}  ${help}\n`;

  const from = Math.max(0, Math.min(at.column - 41, at.source.length - widest));
  const start = at.column - 1 - from;
  const source = at.source.slice(from, from + widest);
  const marked = source.slice(start, start + at.length);
  const gutter = String(at.line).length + 2;
  // Code points, not code units: an emoji before the mark takes one place here, and no terminal agrees on two.
  const before = [...printable(source.slice(0, start))].length;
  const caret = paint("^".repeat(Math.max(1, [...printable(marked)].length)), "bad");
  return `${head}${String(at.line).padStart(gutter)} | ${printable(source)}\n${" ".repeat(gutter)} | ${" ".repeat(before)}${caret}${help === "" ? "" : ` ${help}`}\n`;
}

/** One column per character, nothing that moves the cursor or changes the direction of the text. */
const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (it) => (it === "\t" ? " " : "\ufffd"));

/** Sorted as in the file: the file itself, its lines, then `--set`; each once. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = new Map(
    diagnostics.map((it) => [`${it.at?.line}:${it.at?.column}:${it.set}:${it.path}:${it.message}`, it]),
  );
  const rank = (it: Diagnostic) => (it.set !== null ? 2 : it.at === null ? 0 : 1);
  return [...unique.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}
