/** `--set path=value`: puts a value over one of the file. The path is dotted, or a JSON Pointer where keys have dots. */
import type { Node as YamlNode } from "yaml";
import type { Problems } from "./problems.ts";
import { converter, forbiddenKey, readValue } from "./read-yaml.ts";
import { suggest } from "./suggest.ts";
import { isList, isMap, movedTo, type Node, type Path, pathText, text } from "./tree.ts";

/** What is named in these must be there already: `--set targets.shp.instances=2` is a slip, not a second target. */
const namedThings: Readonly<Record<string, string>> = { targets: "target", faults: "fault", arms: "arm" };

/** `path=value`; where another option stands for it, also what was typed: `--trials 5`. */
export type Setting = string | { readonly argument: string; readonly typed: string };

export const applySets = (root: Node, sets: readonly Setting[], problems: Problems): Node =>
  sets.reduce((tree, setting) => applySet(tree, setting, problems), root);

function applySet(root: Node, setting: Setting, problems: Problems): Node {
  const { argument, typed } = typeof setting === "string" ? { argument: setting, typed: setting } : setting;
  const tell = (message: string, hint: string | null = null): Node => {
    problems.general(message, hint, typed);
    return root;
  };
  const equals = argument.indexOf("=");
  const keys = equals < 0 ? [] : keysOf(argument.slice(0, equals));
  if (keys.length === 0 || keys.some((it) => it === "")) {
    return tell("expected path=value", 'such as --set load.rate=600/s, or --set "/targets/shop/env/MY.NAME=on"');
  }
  const refusal = keys.map(forbiddenKey).find((it) => it !== null);
  if (refusal !== undefined) return tell(...refusal);
  const yaml = readText(argument.slice(equals + 1));
  if (yaml === undefined)
    return tell("the value is no YAML", "put it in quotes, twice: once for the shell and once for YAML");
  const given = converter(problems, { from: "set", text: typed })(yaml);
  if (given === undefined) return root;
  const found = put(root, keys, given, []);
  return "problem" in found ? tell(found.problem, found.hint) : found.node;
}

/** An empty value is null, as after a colon in the file; null removes the field. */
function readText(value: string): YamlNode | null | undefined {
  return value.trim() === "" ? null : readValue(value);
}

function keysOf(path: string): string[] {
  if (path.startsWith("/")) {
    return path
      .slice(1)
      .split("/")
      .map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return path.replace(/\[(\d+)\]/g, ".$1").split(".");
}

type Result = { readonly node: Node } | { readonly problem: string; readonly hint: string | null };

/** Puts a value at the end of a path, or says why it can't be. */
export function put(node: Node, keys: readonly string[], given: Node, path: Path): Result {
  const [key, ...rest] = keys;
  if (key === undefined) return { node: movedTo(given, path, node.keyPlace) };
  if (isList(node)) return putInList(node, key, rest, given, path);
  if (!isMap(node)) return { problem: `${pathText(path)} has no fields`, hint: null };
  const old = node.value.get(key);
  const what = path.length === 1 ? namedThings[String(path[0])] : undefined;
  if (old === undefined && what !== undefined && rest.length > 0) {
    return { problem: `no ${what} is named "${key}"`, hint: suggest(key, node.value.keys()) };
  }
  if (rest.length === 0 && given.value === null) {
    if (old === undefined)
      return { problem: `there is no ${pathText([...path, key])} to remove`, hint: suggest(key, node.value.keys()) };
    return { node: { ...node, value: new Map([...node.value].filter(([name]) => name !== key)) } };
  }
  const empty: Node = { place: given.place, keyPlace: null, path: [...path, key], value: new Map() };
  const inner = put(old === undefined || old.value === null ? empty : old, rest, given, [...path, key]);
  if ("problem" in inner) return inner;
  // A key that only --set names has its place there: that is where an unknown one is told.
  const placed = old === undefined ? { ...inner.node, keyPlace: given.place } : inner.node;
  return { node: { ...node, value: new Map([...node.value, [key, placed]]) } };
}

/** An item by its number from 0, or by its name: `phases.steady.for`. */
function putInList(
  node: Node & { readonly value: readonly Node[] },
  key: string,
  rest: readonly string[],
  given: Node,
  path: Path,
): Result {
  const names = node.value.map((it) => (isMap(it) ? text(it.value.get("name")) : undefined));
  const index = /^\d+$/.test(key) ? Number(key) : names.indexOf(key);
  const old = node.value[index];
  if (old === undefined) {
    const known = names.filter((it) => it !== undefined);
    const what = /^\d+$/.test(key)
      ? `${pathText(path)} has ${node.value.length} items, numbered from 0`
      : `${pathText(path)} has no item named "${key}"`;
    return { problem: what, hint: suggest(key, known) };
  }
  if (rest.length === 0 && given.value === null)
    return { node: { ...node, value: node.value.filter((it) => it !== old) } };
  const inner = put(old, rest, given, [...path, index]);
  if ("problem" in inner) return inner;
  return { node: { ...node, value: node.value.map((it) => (it === old ? inner.node : it)) } };
}
