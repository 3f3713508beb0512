/** A document as a tree in which every value knows where it was written: through merging and overriding, errors still point at the source. */

export type Scalar = string | number | boolean | null;
export type Path = readonly (string | number)[];

/** Offsets into the file's text (UTF-16), or the argument of the `--set` that gave the value, or another option that stands for one. */
export type Place =
  | { readonly from: "file"; readonly start: number; readonly end: number }
  | { readonly from: "set"; readonly text: string };

export interface Node {
  readonly place: Place;
  /** Where its key stands, when it is a value of a map. */
  readonly keyPlace: Place | null;
  /** As written: a value that an arm's patch gave keeps the path inside that arm. */
  readonly path: Path;
  readonly value: Scalar | readonly Node[] | ReadonlyMap<string, Node>;
}

export interface MapNode extends Node {
  readonly value: ReadonlyMap<string, Node>;
}
interface ListNode extends Node {
  readonly value: readonly Node[];
}

export const isMap = (node: Node): node is MapNode => node.value instanceof Map;
export const isList = (node: Node): node is ListNode => Array.isArray(node.value);

/** Where names belong and none can be read, which was told: it may have meant any. */
export const isUnreadable = (names: Node | undefined): boolean =>
  names !== undefined && names.value !== null && !isMap(names);

export const child = (node: Node | undefined, key: string | number): Node | undefined => {
  if (node === undefined) return undefined;
  if (isMap(node)) return node.value.get(String(key));
  return isList(node) && typeof key === "number" ? node.value[key] : undefined;
};

export const at = (node: Node | undefined, path: Path): Node | undefined => path.reduce(child, node);

/** The values of a map in order; nothing for any other node. */
export const entries = (node: Node | undefined): readonly (readonly [string, Node])[] =>
  node !== undefined && isMap(node) ? [...node.value] : [];
export const items = (node: Node | undefined): readonly Node[] =>
  node !== undefined && isList(node) ? node.value : [];

export const text = (node: Node | undefined): string | undefined =>
  typeof node?.value === "string" ? node.value : undefined;

/** Plain data for the schemas. */
export function toPlain(node: Node): unknown {
  if (isMap(node)) return Object.fromEntries([...node.value].map(([key, it]) => [key, toPlain(it)]));
  return isList(node) ? node.value.map(toPlain) : node.value;
}

/** A copy in which each scalar went through `change`. */
export function mapScalars(node: Node, change: (node: Node) => Node): Node {
  if (isMap(node))
    return { ...node, value: new Map([...node.value].map(([key, it]) => [key, mapScalars(it, change)])) };
  return isList(node) ? { ...node, value: node.value.map((it) => mapScalars(it, change)) } : change(node);
}

/** The same value at another path, with all that is in it. */
export function movedTo(node: Node, path: Path, keyPlace: Node["keyPlace"]): Node {
  const prefix = { ...node, path, keyPlace };
  if (isMap(node)) {
    return {
      ...prefix,
      value: new Map([...node.value].map(([key, it]) => [key, movedTo(it, [...path, key], it.keyPlace)])),
    };
  }
  return isList(node) ? { ...prefix, value: node.value.map((it, i) => movedTo(it, [...path, i], null)) } : prefix;
}

/** `phases[2].faults[0]`, `targets.shop.env["X.Y"]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>((out, key) => {
    if (typeof key === "number") return `${out}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${out}[${JSON.stringify(key)}]`;
    return out === "" ? key : `${out}.${key}`;
  }, "");
