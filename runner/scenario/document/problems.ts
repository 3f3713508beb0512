/** Collects what is wrong, each with the place of the value, the key or the parent that it is about. */
import { type Diagnostic, inOrder } from "./diagnostics.ts";
import { child, type Node, type Path, type Place, pathText } from "./tree.ts";

/** Nobody reads more, and a hostile file has hundreds of thousands. */
const enough = 1_000;

export interface Problems {
  /** About a value. */
  readonly at: (node: Node, message: string, hint?: string | null) => void;
  /** About a key of a map that should not be there, or not with this name. */
  readonly atKey: (parent: Node, key: string, message: string, hint?: string | null) => void;
  /** About something that is not there: points at the key that it is missing under. */
  readonly inside: (parent: Node, message: string, hint?: string | null) => void;
  /** About a part of a text: marks the first `part` in it. Nothing else is said about this value then. */
  readonly within: (node: Node, part: string, message: string, hint?: string | null) => void;
  /** Where the syntax itself is broken. */
  readonly atOffset: (start: number, end: number, path: Path, message: string, hint?: string | null) => void;
  /** About the file as a whole, or a `--set` that can't be read. */
  readonly general: (message: string, hint?: string | null, set?: string) => void;
  readonly list: () => Diagnostic[];
  /** 1-based; null for values of `--set`. */
  readonly position: (place: Place) => { readonly line: number; readonly column: number } | null;
}

export function collectProblems(file: string, source: string): Problems {
  const found: Diagnostic[] = [];
  const settled = new Set<string>();
  const lineStarts = startsOfLines(source);

  const locate = (start: number, end: number): NonNullable<Diagnostic["at"]> => {
    const line = lineOf(lineStarts, start);
    const from = lineStarts[line - 1] as number;
    const until = (lineStarts[line] ?? source.length + 1) - 1;
    const text = source.slice(from, until).replace(/\r$/, "");
    const column = start - from + 1;
    return { line, column, length: Math.max(1, Math.min(end, from + text.trimEnd().length) - start), source: text };
  };
  const add = (place: Place, path: Path, message: string, hint: string | null = null): void => {
    if (found.length >= enough) return;
    const where =
      place.from === "file" ? { at: locate(place.start, place.end), set: null } : { at: null, set: place.text };
    found.push({ file, ...where, path: pathText(path), message, hint });
  };
  const key = (place: Place): string => (place.from === "file" ? `${place.start}:${place.end}` : place.text);

  return {
    at: (node, message, hint) => {
      if (!settled.has(key(node.place))) add(node.place, node.path, message, hint);
    },
    atKey: (parent, name, message, hint) => {
      const node = child(parent, name);
      add(node?.keyPlace ?? node?.place ?? parent.place, parent.path, message, hint);
    },
    inside: (parent, message, hint) => add(parent.keyPlace ?? parent.place, parent.path, message, hint),
    within: (node, part, message, hint) => {
      settled.add(key(node.place));
      const { place } = node;
      const index = place.from === "file" ? source.slice(place.start, place.end).indexOf(part) : -1;
      const exact =
        place.from === "file" && index >= 0
          ? { from: "file" as const, start: place.start + index, end: place.start + index + part.length }
          : place;
      add(exact, node.path, message, hint);
    },
    atOffset: (start, end, path, message, hint) => add({ from: "file", start, end }, path, message, hint),
    general: (message, hint = null, set) => {
      found.push({ file, at: null, set: set ?? null, path: "", message, hint });
    },
    list: () => inOrder(found),
    position: (place) => {
      if (place.from === "set") return null;
      const { line, column } = locate(place.start, place.end);
      return { line, column };
    },
  };
}

function startsOfLines(source: string): readonly number[] {
  const starts = [0];
  for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

/** 1-based, by bisection: a hostile file has very many lines and very many problems. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
