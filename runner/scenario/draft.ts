/** A document part by part: each target, fault, phase and condition is checked on its own, so that one mistake hides no other. */
import type { z } from "zod";
import { mergePatch } from "./arms.ts";
import type { Problems } from "./document/problems.ts";
import { didYouMean, suggest } from "./document/suggest.ts";
import { child, entries, isList, isMap, items, type Node, text } from "./document/tree.ts";
import { andList, foundText, orList, validate } from "./document/validate.ts";
import type { Registries } from "./registries.ts";
import { type AbortInput, abortRule, type ClaimInput, claim, type GateInput, gate } from "./schema/conditions.ts";
import * as document from "./schema/document.ts";
import { type FaultInput, splitOptions } from "./schema/faults.ts";
import { isName, nameRule } from "./schema/fields.ts";
import type { LoadInput } from "./schema/load.ts";
import { type PhaseInput, phase } from "./schema/phases.ts";
import { type SearchInput, search } from "./schema/search.ts";
import { type TargetInput, targetKinds } from "./schema/targets.ts";

/** `value` is undefined when it has problems of its own, which were told. */
export interface Item<T> {
  readonly node: Node;
  readonly value: T | undefined;
}
export type Named<T> = ReadonlyMap<string, Item<T>>;

export interface ArmDraft {
  readonly name: string;
  readonly targets: Named<TargetInput>;
  readonly load: Item<LoadInput> | undefined;
}

export type HookInput = z.output<typeof document.hook>;

export interface Draft {
  readonly root: Node;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly arms: readonly ArmDraft[];
  readonly phases: readonly Item<PhaseInput>[];
  readonly faults: Named<FaultInput>;
  readonly gates: readonly Item<GateInput>[];
  readonly claims: readonly Item<ClaimInput>[];
  readonly abort: readonly Item<AbortInput>[];
  readonly before: readonly Item<HookInput>[];
  readonly after: readonly Item<HookInput>[];
  readonly search: Item<SearchInput> | undefined;
  readonly trials: z.output<typeof document.trials> | undefined;
  readonly safety: z.output<typeof document.safety> | undefined;
  readonly samplers: z.output<typeof document.samplers> | undefined;
}

const required = ["apiVersion", "name", "targets", "load", "phases"];

/** The one arm of a scenario that declares none. */
const onlyArm = "candidate";

/** Undefined when there are no fields to look at; a problem was told then. */
export function readDraft(root: Node, registries: Registries, problems: Problems): Draft | undefined {
  if (!isMap(root)) {
    problems.at(root, `expected a map of fields (apiVersion, name, targets, …), found ${foundText(root)}`);
    return undefined;
  }
  const schemas = document.schemasOf(registries);
  const lacking = required.filter((it) => (child(root, it)?.value ?? null) === null);
  const isNone = lacking.length > 3;
  if (lacking.length > 0) {
    const hint = isNone ? 'this is no scenario yet: write a first one with "shakedown init"' : null;
    const words = andList(lacking.map((it) => `"${it}"`));
    problems.inside(root, `${words} ${lacking.length === 1 ? "is" : "are"} missing`, hint);
  }
  if (isNone) return undefined;
  checkFields(root, schemas.fields, problems);
  const read = reader(root, problems);
  read.item("apiVersion", document.apiVersion);
  return {
    root,
    name: read.item("name", document.scenarioName)?.value,
    description: read.section("description", document.description),
    arms: readArms(root, lacking, schemas, problems),
    phases: read.list("phases", phase, { atLeast: 1 }),
    faults: named(child(root, "faults"), problems, (node) => readFault(node, schemas, problems)),
    gates: read.list("gates", gate),
    claims: read.list("claims", claim),
    abort: read.list("abort", abortRule),
    before: read.list("before", document.hook),
    after: read.list("after", document.hook),
    search: read.item("search", search),
    trials: read.section("trials", document.trials),
    safety: read.section("safety", document.safety),
    samplers: read.section("samplers", document.samplers),
  };
}

export function checkFields(root: Node, known: readonly string[], problems: Problems): void {
  for (const [key] of entries(root)) {
    if (!known.includes(key)) {
      const free = known.filter((it) => child(root, it) === undefined);
      problems.atKey(root, key, `there is no field "${key}"`, suggest(key, free));
    }
  }
}

/** Reads fields of a map; a field with nothing after its colon counts as left out. */
export function reader(root: Node, problems: Problems) {
  const given = (key: string): Node | undefined => {
    const node = child(root, key);
    return node?.value === null ? undefined : node;
  };
  return {
    /** Left out: the schema's defaults. */
    section: <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined => {
      const node = given(key);
      return node === undefined ? schema.parse(undefined) : validate(schema, node, problems);
    },
    /** Undefined when it is left out. */
    item: <S extends z.ZodType>(key: string, schema: S): Item<z.output<S>> | undefined => {
      const node = given(key);
      return node === undefined ? undefined : { node, value: validate(schema, node, problems) };
    },
    list: <S extends z.ZodType>(key: string, schema: S, { atLeast = 0 } = {}): Item<z.output<S>>[] => {
      const node = given(key);
      if (node === undefined) return [];
      if (!isList(node)) problems.at(node, `expected a list, found ${foundText(node)}`);
      else if (node.value.length < atLeast) problems.at(node, "expected at least 1 item, found an empty list");
      return items(node).map((it) => ({ node: it, value: validate(schema, it, problems) }));
    },
  };
}

function named<T>(node: Node | undefined, problems: Problems, read: (node: Node) => Item<T>): Map<string, Item<T>> {
  if (node === undefined || node.value === null) return new Map();
  if (!isMap(node)) {
    problems.at(node, `expected a map from names to their fields, found ${foundText(node)}`);
    return new Map();
  }
  for (const key of node.value.keys()) {
    if (!isName(key)) problems.atKey(node, key, `expected a name (${nameRule}), found ${JSON.stringify(key)}`);
  }
  return new Map([...node.value].map(([key, value]) => [key, read(value)]));
}

/** The schema of a value's kind; undefined after a problem was told. */
function byKind<S>(node: Node, what: string, schemas: ReadonlyMap<string, S>, problems: Problems): S | undefined {
  const kinds = [...schemas.keys()];
  if (!isMap(node)) {
    problems.at(node, `expected a map with a kind (${orList(kinds)}), found ${foundText(node)}`);
    return undefined;
  }
  const kind = child(node, "kind");
  if (kind === undefined) {
    problems.inside(node, `"kind" is missing: ${orList(kinds)}`);
    return undefined;
  }
  const schema = schemas.get(text(kind) ?? "");
  if (schema === undefined) {
    problems.at(kind, `no kind of ${what} is named ${foundText(kind)}`, suggest(String(text(kind)), kinds));
  }
  return schema;
}

function readFault(node: Node, { faults }: document.Schemas, problems: Problems): Item<FaultInput> {
  const schema = byKind(node, "fault", faults, problems);
  const parsed = schema === undefined ? undefined : validate(schema, node, problems);
  return { node, value: parsed === undefined ? undefined : splitOptions(parsed) };
}

/**
 * The base is checked as an arm of its own: a field that only some arms give is missing in the others.
 * @param lacking what the document lacks as a whole, which was told
 */
function readArms(root: Node, lacking: readonly string[], schemas: document.Schemas, problems: Problems): ArmDraft[] {
  const kinds = new Map<string, z.ZodType<TargetInput>>(Object.entries(targetKinds));
  const readTarget = once((node: Node): Item<TargetInput> => {
    const kind = byKind(node, "target", kinds, problems);
    return { node, value: kind === undefined ? undefined : validate(kind, node, problems) };
  });
  const readLoad = once((node: Node): Item<LoadInput> => ({ node, value: validate(schemas.load, node, problems) }));
  const readArm = (name: string, tree: Node): ArmDraft => {
    const [targets, load] = [child(tree, "targets"), child(tree, "load")];
    const none = targets === undefined || targets.value === null || (isMap(targets) && targets.value.size === 0);
    if (none && !lacking.includes("targets")) problems.inside(tree, '"targets" is missing');
    if ((load?.value ?? null) === null && !lacking.includes("load")) problems.inside(tree, '"load" is missing');
    return {
      name,
      targets: named(targets, problems, readTarget),
      load: load === undefined || load.value === null ? undefined : readLoad(load),
    };
  };

  const parts = ["targets", "load"].flatMap((key) => {
    const node = child(root, key);
    return node === undefined ? [] : [[key, node] as const];
  });
  const base: Node = { ...root, value: new Map(parts) };
  const plain = readArm(onlyArm, base);
  const patches = named(child(root, "arms"), problems, (node) => ({
    node,
    value: validate(document.arm, node, problems),
  }));
  if (patches.size === 0) return [plain];
  return [...patches].map(([name, { node, value }]) =>
    value === undefined || value === null
      ? { ...plain, name }
      : readArm(name, mergePatch(base, withKnownTargets(node, base, problems))),
  );
}

/**
 * A patch may add a whole target; one that only has some fields of it is more likely a misspelt name, and left out after it was told.
 * Without any target in the base there are none to misspell: that was told.
 */
function withKnownTargets(patch: Node, base: Node, problems: Problems): Node {
  const targets = child(patch, "targets");
  if (!isMap(patch) || targets === undefined || !isMap(targets)) return patch;
  const known = entries(child(base, "targets")).map(([name]) => name);
  const kept = entries(targets).filter(([name, node]) => {
    if (known.includes(name) || child(node, "kind") !== undefined) return true;
    if (known.length > 0) problems.atKey(targets, name, `no target is named "${name}"`, didYouMean(name, known));
    return false;
  });
  return { ...patch, value: new Map([...patch.value, ["targets", { ...targets, value: new Map(kept) }]]) };
}

/** Parts that an arm does not change are the same nodes: read, and complained about, once. */
function once<T>(read: (node: Node) => T): (node: Node) => T {
  const done = new Map<Node, T>();
  return (node) => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const value = read(node);
    done.set(node, value);
    return value;
  };
}
