/** Misspelt and misplaced keys: each is told, and read as what it was meant to be, so that nothing more is said because of it. */
import { z } from "zod";
import type { Problems } from "./problems.ts";
import { didYouMean, nearest } from "./suggest.ts";
import { child, isList, isMap, type MapNode, movedTo, type Node, text } from "./tree.ts";

/** @param schema of the whole; where it leaves keys open, they are left as they are */
export function respelt(root: Node, schema: z.ZodType, problems: Problems): Node {
  const schemas = alternatives(schema);
  return respell(isMap(root) ? replaced(root, schemas, problems) : root, schemas, problems);
}

/** What is indented too little or too far: between the top and its sections, where it can only have been meant there. */
function replaced(root: MapNode, schemas: readonly z.ZodType[], problems: Problems): Node {
  const top = fieldsOf(schemas.filter((it) => it instanceof z.ZodObject));
  const fields = new Map(root.value);
  const sections = [...top].flatMap(([name, it]) => {
    const [object, ...others] = it.filter((one) => one instanceof z.ZodObject);
    return object === undefined || others.length > 0 ? [] : [{ name, keys: fieldsOf([object]) }];
  });
  const free = [...top.keys()].filter((it) => !fields.has(it));
  for (const [key, node] of root.value) {
    if (top.has(key) || nearest(key, free) !== null) continue;
    const homes = sections.filter(({ name, keys }) => {
      const section = fields.get(name);
      return keys.has(key) && section !== undefined && isMap(section) && child(section, key) === undefined;
    });
    const [home] = homes;
    const section = home === undefined ? undefined : fields.get(home.name);
    if (home === undefined || homes.length > 1 || section === undefined || !isMap(section)) continue;
    problems.atKey(
      root,
      key,
      `there is no field "${key}" at the top`,
      `${home.name} has one: indent it below ${home.name}`,
    );
    fields.delete(key);
    const moved = movedTo(node, [home.name, key], node.keyPlace);
    fields.set(home.name, { ...section, value: new Map([...section.value, [key, moved]]) });
  }
  for (const { name, keys } of sections) {
    const section = fields.get(name);
    if (section === undefined || !isMap(section)) continue;
    const kept = new Map(section.value);
    for (const [key, node] of section.value) {
      if (keys.has(key) || !top.has(key) || fields.has(key)) continue;
      problems.atKey(section, key, `there is no field "${key}"`, "it stands at the top: indent it less");
      fields.set(key, movedTo(node, [key], node.keyPlace));
      kept.delete(key);
    }
    fields.set(name, { ...section, value: kept });
  }
  return { ...root, value: fields };
}

function respell(node: Node, schemas: readonly z.ZodType[], problems: Problems): Node {
  if (isList(node)) {
    const item = schemas.flatMap((it) => (it instanceof z.ZodArray ? alternatives(it.element) : []));
    return item.length === 0 ? node : { ...node, value: node.value.map((it) => respell(it, item, problems)) };
  }
  if (!isMap(node)) return node;
  const objects = schemas.filter((it) => it instanceof z.ZodObject);
  const any = schemas.flatMap((it) => (it instanceof z.ZodRecord ? alternatives(it.valueType) : []));
  const spelt = withFields(node, fieldsOf(fitting(objects, node)), problems);
  const fields = fieldsOf(fitting(objects, spelt));
  return {
    ...spelt,
    value: new Map([...spelt.value].map(([key, it]) => [key, respell(it, fields.get(key) ?? any, problems)])),
  };
}

/** What the values of each field may be. */
type Fields = ReadonlyMap<string, readonly z.ZodType[]>;

function fieldsOf(objects: readonly z.ZodObject[]): Fields {
  const fields = new Map<string, z.ZodType[]>();
  for (const [key, it] of objects.flatMap(({ shape }) => Object.entries(shape)))
    fields.set(key, [...(fields.get(key) ?? []), ...alternatives(it)]);
  return fields;
}

/** Those that the value's `kind` says; all where it says none of them. */
function fitting(objects: readonly z.ZodObject[], node: Node): readonly z.ZodObject[] {
  const says = (object: z.ZodObject): boolean => {
    const kind = text(child(node, "kind"));
    const { kind: taken } = object.shape;
    return kind === undefined || !(taken instanceof z.ZodLiteral) || taken.values.has(kind);
  };
  const found = objects.filter(says);
  return found.length === 0 ? objects : found;
}

function withFields(node: MapNode, known: Fields, problems: Problems): MapNode {
  const fields = new Map(node.value);
  for (const [key, it] of node.value) {
    if (known.has(key)) continue;
    const [, before = "", after] = /^([^:]+):(\S.*)$/.exec(key) ?? [];
    if (after !== undefined && it.value === null && known.has(before) && !fields.has(before)) {
      problems.atKey(node, key, `there is no field "${key}"`, `a space goes after the colon: "${before}: ${after}"`);
      fields.delete(key);
      fields.set(before, movedTo({ ...it, value: after }, [...node.path, before], it.keyPlace));
      continue;
    }
    // What --set names may be there already: it is what it replaces.
    const replaces = it.keyPlace?.from === "set";
    const free = [...known.keys()].filter(
      (name) => (replaces || !fields.has(name)) && couldBe(it, known.get(name) ?? []),
    );
    const meant = nearest(key, free);
    if (meant === null) continue;
    problems.atKey(node, key, `there is no field "${key}"`, didYouMean(key, free));
    fields.delete(key);
    fields.set(meant, movedTo(it, [...node.path, meant], it.keyPlace));
  }
  return { ...node, value: fields };
}

/** A text is never meant as the map that a field of nearly that name takes. */
const couldBe = (node: Node, schemas: readonly z.ZodType[]): boolean =>
  node.value === null ||
  schemas.some((it) => {
    if (it instanceof z.ZodObject || it instanceof z.ZodRecord) return isMap(node);
    if (it instanceof z.ZodArray || it instanceof z.ZodTuple) return isList(node);
    return !isMap(node) && !isList(node);
  });

/** What a value may be, without what is wrapped around it. */
function alternatives(schema: unknown): readonly z.ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  if (schema instanceof z.ZodPipe) return alternatives(schema.in);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return alternatives(schema.unwrap());
  return schema instanceof z.ZodType ? [schema] : [];
}
