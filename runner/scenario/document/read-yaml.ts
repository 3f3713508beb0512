/** YAML text to a located tree. Hostile text gives problems: bounded in depth and number of values, no merge keys, no names that JavaScript gives a meaning. */
import {
  isAlias,
  isScalar,
  isSeq,
  isMap as isYamlMap,
  type Pair,
  parseAllDocuments,
  type Node as YamlNode,
} from "yaml";
import type { Problems } from "./problems.ts";
import { suggest } from "./suggest.ts";
import { tellSyntax } from "./syntax.ts";
import type { Node, Path, Place, Scalar } from "./tree.ts";

const mostValues = 20_000;
const deepest = 40;

/** Keys that would reach an object's prototype instead of its fields. */
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

/** What is wrong with a key of that name, and a hint; null: nothing. */
export const forbiddenKey = (name: string): readonly [message: string, hint: string] | null =>
  forbidden.has(name) ? [`"${name}" can't be a key`, "it has a meaning in JavaScript; choose another name"] : null;

/** Undefined after a problem that leaves nothing to check. */
export function readYaml(text: string, problems: Problems): Node | undefined {
  const refusal = tooMuch(text);
  if (refusal !== null) {
    problems.atOffset(refusal.at, refusal.at + 1, [], refusal.message);
    return undefined;
  }
  // Duplicates are told below: the parser's own check takes time in the square of the number of keys.
  const documents = parseAllDocuments(text, {
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
    stringKeys: false,
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) {
    const found = text.trim() === "" ? "an empty file" : "nothing but comments";
    problems.general(`expected a scenario, found ${found}`, 'write a first one with "shakedown init"');
    return undefined;
  }
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    problems.atOffset(
      start,
      start + 1,
      [],
      "expected one document, found a second one",
      "remove the line --- and what follows",
    );
    return undefined;
  }
  const broken = [...document.errors, ...document.warnings];
  const unquoted = broken.map((it) => it.pos[0]).find((at) => text.startsWith("${", at - 1));
  if (unquoted !== undefined) {
    const [written = ""] = /^[^}\n]*\}?/.exec(text.slice(unquoted - 1)) ?? [];
    const message = "a text with ${ needs quotes here: between braces or brackets, { is YAML's own";
    problems.atOffset(unquoted - 1, unquoted - 1 + written.length, [], message, `such as "/users/\${feed.users.id}"`);
    return undefined;
  }
  if (tellSyntax(broken, text, problems)) return undefined;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    problems.general("expected a scenario, found nothing but comments", 'write a first one with "shakedown init"');
    return undefined;
  }
  return converter(problems)(document.contents as YamlNode);
}

/** One value, as in `--set path=value`. Undefined when it is no YAML. */
export function readValue(text: string): YamlNode | null | undefined {
  if (tooMuch(text) !== null) return undefined;
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent", prettyErrors: false });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) return null;
  if (second !== undefined || document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return document.contents as YamlNode | null;
}

/** A function that turns the parser's nodes into ours. `fixed` is the place of all of them, for values that are not in the file. */
export function converter(problems: Problems, fixed?: Place): (node: YamlNode | null, path?: Path) => Node | undefined {
  let left = mostValues;
  let full = false;
  /** Filled in document order, so that an alias finds the last anchor before it, without a search for each. */
  const anchors = new Map<string, YamlNode>();
  const placeOf = (node: YamlNode): Place => {
    const [start, end] = node.range ?? [0, 0];
    return fixed ?? { from: "file", start, end };
  };
  const whole = fixed ?? { from: "file", start: 0, end: 0 };

  interface Spot {
    readonly path: Path;
    readonly keyPlace: Place | null;
    /** Of what holds it: where an empty value is told. */
    readonly around: Place;
    readonly depth: number;
    readonly inAlias: boolean;
  }

  /** Said once: it would be true for every value that follows. */
  const stop = (node: Node, message: string): undefined => {
    if (!full) problems.at(node, message);
    full = true;
    return undefined;
  };

  const convert = (node: YamlNode | null, spot: Spot): Node | undefined => {
    const { path, keyPlace, depth, inAlias } = spot;
    const place = node === null ? spot.around : placeOf(node);
    const make = (value: Node["value"]): Node => ({ place, keyPlace, path, value });
    left -= 1;
    if (full) return undefined;
    if (left < 0) return stop(make(null), `expected at most ${mostValues} values with aliases written out, found more`);
    if (depth > deepest) return stop(make(null), tooDeep);
    if (node === null) return make(null);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) {
        const copy = convert(target, { ...spot, depth: depth + 1, inAlias: true });
        return copy === undefined ? undefined : { ...copy, place };
      }
      problems.at(make(null), `no anchor is named "${node.source}"`, suggest(node.source, anchors.keys()));
      return undefined;
    }
    if (!inAlias && "anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node);
    if (isScalar(node)) return make(scalarOf(node.value));
    const below = { around: place, depth: depth + 1, inAlias };
    if (isSeq(node)) {
      const list = node.items.map((it, i) =>
        convert(it as YamlNode | null, { ...below, path: [...path, i], keyPlace: null }),
      );
      return make(list.filter((it) => it !== undefined));
    }
    if (!isYamlMap(node)) return make(null);
    const map = new Map<string, Node>();
    for (const pair of node.items as Pair<YamlNode | null, YamlNode | null>[]) {
      const key = keyOf(pair, map, make(map));
      if (key === undefined) continue;
      const here = placeOf(pair.key as YamlNode);
      const value = convert(pair.value, { ...below, path: [...path, key], keyPlace: here, around: here });
      if (value !== undefined) map.set(key, value);
    }
    return make(map);
  };

  /** Undefined after a problem was told. */
  const keyOf = (
    pair: Pair<YamlNode | null, unknown>,
    map: ReadonlyMap<string, Node>,
    parent: Node,
  ): string | undefined => {
    const key = pair.key;
    const tell = (message: string, hint?: string) =>
      problems.at({ ...parent, place: key === null ? parent.place : placeOf(key) }, message, hint);
    if (!isScalar(key) || key.value === null) {
      tell("expected a text as key, found another value");
      return undefined;
    }
    const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
    const refusal = forbiddenKey(name);
    if (name === "<<")
      tell(
        "merge keys (<<) are not part of YAML 1.2",
        "write the fields out, or give a whole value an anchor (&name) and use it again (*name)",
      );
    else if (refusal !== null) tell(...refusal);
    else if (map.has(name)) tell(`the key "${name}" is here twice`, "keep one of them");
    else return name;
    return undefined;
  };

  return (node, path = []) => {
    const converted = convert(node, { path, keyPlace: null, around: whole, depth: 0, inAlias: false });
    // A part of a document would only be blamed for what it lacks.
    return full ? undefined : converted;
  };
}

const scalarOf = (value: unknown): Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    ? value
    : String(value);

const tooDeep = `expected at most ${deepest} levels of nesting, found more`;
const tooMany = `expected at most ${mostValues} values, found more`;

/** The parser's stack is exhausted by some 900 levels: by braces and by indentation together these stay far below. */
const farTooDeep = 200;
/** By spaces, each of which may be a level, or by the marks of lists and keys. */
const indented = new RegExp(`(?<=^ {${farTooDeep}}) *\\S|(?:[-?][ \\t]+){60}`, "m");

/**
 * What would keep the parser busy for long (its time grows with the square of both) or exhaust its stack; null when fine.
 * Counts also what stands in texts and comments: far beyond what those hold in a scenario. `at` is where it becomes too much.
 */
function tooMuch(text: string): { readonly message: string; readonly at: number } | null {
  let depth = 0;
  let commas = 0;
  for (let i = 0; i < text.length; i++) {
    const it = text[i];
    if (it === "[" || it === "{") depth += 1;
    else if ((it === "]" || it === "}") && depth > 0) depth -= 1;
    else if (it === ",") commas += 1;
    if (depth > farTooDeep) return { message: tooDeep, at: i };
    if (commas > 2 * mostValues) return { message: tooMany, at: i };
  }
  const { index } = indented.exec(text) ?? {};
  return index === undefined ? null : { message: tooDeep, at: index };
}
