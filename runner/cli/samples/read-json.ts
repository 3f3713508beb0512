/** JSON to a located tree: as strict as `JSON.parse`, but every value knows where it was written, and a word that is no value is told without hiding the rest. */
import type { Problems } from "../../scenario/document/problems.ts";
import type { Node, Path, Place } from "../../scenario/document/tree.ts";

/** A session is five levels deep. */
const DEEPEST = 40;

const MANY = "where there is a session a line, add --batch";

/** What can't be read on from: told already. */
class Broken extends Error {}

/** Undefined after a problem that leaves nothing to check. */
export function readJson(text: string, problems: Problems): Node | undefined {
  const reader = readerOf(text, problems);
  try {
    return reader();
  } catch (error) {
    if (error instanceof Broken) return undefined;
    throw error;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
/** What people and programs write where JSON has no value: NaN, -Infinity, None, undefined, 'text', .5, +1. */
const WORD = /[^\s,:[\]{}"]+/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS: Readonly<Record<string, true | false | null>> = { true: true, false: false, null: null };

function readerOf(text: string, problems: Problems): () => Node {
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const stop = (path: Path, expected: string, hint: string | null = null): never => {
    const found = at >= text.length ? "the end" : JSON.stringify([...text.slice(at, at + 2)][0]);
    problems.atOffset(at, at + 1, path, `expected ${expected}, found ${found}`, hint);
    throw new Broken();
  };
  const skip = (): string | undefined => {
    take(SPACE);
    return text[at];
  };
  const expect = (mark: string, path: Path, expected: string): void => {
    if (skip() !== mark) stop(path, expected);
    at++;
  };

  const string = (path: Path, expected: string): string => {
    const start = at;
    try {
      return JSON.parse(take(STRING) ?? "") as string;
    } catch {
      at = start;
      return stop(path, `${expected}, closed and with control characters escaped`);
    }
  };

  const value = (path: Path, keyPlace: Place | null, depth: number): Node => {
    const first = skip();
    const start = at;
    if (depth > DEEPEST) stop(path, `at most ${DEEPEST} levels of nesting`);
    const made = (it: Node["value"]): Node => ({ place: { from: "file", start, end: at }, keyPlace, path, value: it });
    if (first === "[") return made(items(path, depth));
    if (first === "{") return made(fields(path, depth, () => made(null)));
    if (first === '"') return made(string(path, "a text"));
    const word = take(WORD);
    if (word === undefined) return stop(path, "a value");
    if (Object.hasOwn(WORDS, word)) return made(WORDS[word] as boolean | null);
    NUMBER.lastIndex = 0;
    if (NUMBER.exec(word)?.[0] === word) {
      const number = Number(word);
      if (Number.isFinite(number)) return made(number);
    }
    const node = made(null);
    // Nothing else is said about this value.
    problems.within(node, word, `expected a value that JSON has, found ${word.slice(0, 40)}`, hintFor(word));
    return node;
  };

  const items = (path: Path, depth: number): Node[] => {
    const list: Node[] = [];
    at++;
    if (skip() === "]") at++;
    else
      for (;;) {
        list.push(value([...path, list.length], null, depth + 1));
        const next = skip();
        at++;
        if (next === "]") break;
        if (next !== ",") {
          at--;
          stop(path, '"," or "]"');
        }
      }
    return list;
  };

  const fields = (path: Path, depth: number, self: () => Node): Map<string, Node> => {
    const map = new Map<string, Node>();
    at++;
    if (skip() === "}") at++;
    else
      for (;;) {
        skip();
        const start = at;
        const name = string(path, "a key in double quotes");
        const here: Place = { from: "file", start, end: at };
        expect(":", [...path, name], '":"');
        const node = value([...path, name], here, depth + 1);
        if (map.has(name))
          problems.at({ ...self(), place: here }, `the key "${name}" is here twice`, "keep one of them");
        else map.set(name, node);
        const next = skip();
        at++;
        if (next === "}") break;
        if (next !== ",") {
          at--;
          stop(path, '"," or "}"');
        }
      }
    return map;
  };

  return () => {
    const root = value([], null, 0);
    if (skip() !== undefined) stop([], "the end: one session", text.slice(0, at).includes("\n") ? MANY : null);
    return root;
  };
}

const hintFor = (word: string): string | null =>
  /^[+-]?(nan|inf|infinity|none|undefined|null|na|n\/a)$/i.test(word)
    ? "leave out what was not measured, and its partner"
    : /^['‘’]/.test(word)
      ? "texts take double quotes"
      : null;
