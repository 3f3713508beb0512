/** Runs a schema over a part of the tree and puts each of its complaints at the place it is about, in our own words. */
import type { z } from "zod";
import type { Problems } from "./problems.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { at, child, isList, isMap, type Node, type Path, toPlain } from "./tree.ts";

type Issue = z.core.$ZodIssue;

/**
 * Undefined after problems were told. Schemas may give messages of their own: those that begin with "expected" and do not say what
 * was found get that added.
 */
export function validate<S extends z.ZodType>(schema: S, node: Node, problems: Problems): z.output<S> | undefined {
  const result = schema.safeParse(toPlain(node), {
    // Issues don't say which fields there are; their message has room for it.
    error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shapeOf(issue.inst)).join(" ") : undefined),
  });
  if (result.success) return result.data;
  for (const issue of result.error.issues) tell(issue, [], { node, problems });
  return undefined;
}

interface Context {
  readonly node: Node;
  readonly problems: Problems;
}

function tell(issue: Issue, prefix: Path, context: Context): void {
  const { node, problems } = context;
  const path = [...prefix, ...issue.path.map((it) => (typeof it === "number" ? it : String(it)))];
  const value = at(node, path);
  if (value === undefined) tellMissing(path, context);
  else if (issue.code === "unrecognized_keys") {
    const free = issue.message.split(" ").filter((it) => child(value, it) === undefined);
    for (const key of issue.keys) problems.atKey(value, key, `there is no field "${key}"`, suggest(key, free));
  } else if (issue.code === "invalid_union") tellUnion(issue, path, value, context);
  else if (issue.code === "invalid_key") {
    const parent = at(node, path.slice(0, -1)) ?? value;
    const key = String(path.at(-1));
    for (const { message } of issue.issues) problems.atKey(parent, key, withFound(message, JSON.stringify(key)));
  } else if (issue.code === "custom") problems.at(value, issue.message, hintOf(issue));
  else {
    const message = issue.message.startsWith("expected") ? issue.message : `expected ${expectedBy(issue)}`;
    const choices = issue.code === "invalid_value" ? issue.values.map(String) : [];
    const bare = issue.code === "invalid_type" && issue.expected === "string" && typeof value.value === "number";
    const unit =
      bare && !issue.message.startsWith("expected") ? "a quantity carries its unit, other texts take quotes" : null;
    const hint = typeof value.value === "string" ? didYouMean(value.value, choices) : unit;
    problems.at(value, withFound(message, foundText(value)), hint);
  }
}

const hintOf = ({ params }: Extract<Issue, { code: "custom" }>): string | null =>
  typeof params?.hint === "string" ? params.hint : null;

const withFound = (message: string, found: string): string =>
  message.startsWith("expected") && !message.includes(", found ") ? `${message}, found ${found}` : message;

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return orList(issue.values.map((it) => `"${String(it)}"`));
    case "too_small":
    case "too_big":
      return rangeText(issue);
    default:
      return `another value (${issue.message})`;
  }
}

function tellMissing(path: Path, { node, problems }: Context): void {
  const parent = at(node, path.slice(0, -1));
  const last = path.at(-1);
  if (parent !== undefined && typeof last === "number" && isList(parent)) {
    problems.at(parent, `expected at least ${last + 1} item${last === 0 ? "" : "s"}, found ${parent.value.length}`);
    return;
  }
  // A parent that is missing itself, or of another type, was told on its own.
  if (parent === undefined || !isMap(parent)) return;
  problems.inside(parent, `"${path.at(-1)}" is missing`);
}

/** The branch that got furthest is the one that was meant: one whose complaints are not about the value's own type. */
function tellUnion(issue: Extract<Issue, { code: "invalid_union" }>, path: Path, value: Node, context: Context): void {
  const meant = issue.errors.filter((branch) =>
    branch.every(
      (it) =>
        it.path.length > 0 ||
        (it.code !== "invalid_type" && it.code !== "invalid_value" && it.code !== "invalid_format"),
    ),
  );
  const [branch] = meant;
  if (branch !== undefined && meant.length === 1) {
    for (const inner of branch) tell(inner, path, context);
    return;
  }
  const types = issue.errors.flatMap((it) =>
    it.filter((inner) => inner.code === "invalid_type").map((inner) => typeNames[inner.expected] ?? inner.expected),
  );
  const expected = issue.message.startsWith("expected") ? issue.message : `expected ${orList([...new Set(types)])}`;
  context.problems.at(value, `${expected}, found ${foundText(value)}`);
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
  tuple: "a list",
};

function rangeText(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const small = issue.code === "too_small";
  const limit = String(small ? issue.minimum : issue.maximum);
  const amount = `${small ? (issue.inclusive === false ? "more than" : "at least") : issue.inclusive === false ? "less than" : "at most"} ${limit}`;
  if (issue.origin === "string") return limit === "1" && small ? "a text that is not empty" : `${amount} characters`;
  if (issue.origin === "array") return `${amount} ${limit === "1" ? "item" : "items"}`;
  return amount;
}

const longestFound = 60;

/** What was written, in a few words. */
export function foundText(node: Node): string {
  if (isMap(node))
    return node.value.size === 0
      ? "an empty map"
      : `a map of ${[...node.value.keys()].slice(0, 3).join(", ")}${node.value.size > 3 ? ", …" : ""}`;
  if (isList(node)) return node.value.length === 0 ? "an empty list" : `a list of ${node.value.length}`;
  if (node.value === null) return "nothing";
  if (typeof node.value === "string" && node.value.length > longestFound)
    return `a text of ${node.value.length} characters`;
  return JSON.stringify(node.value) ?? String(node.value);
}

const listed = (words: readonly string[], last: string): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;

export const orList = (words: readonly string[]): string => listed(words, "or");
export const andList = (words: readonly string[]): string => listed(words, "and");

/** The fields of the object schema that raised an issue. */
function shapeOf(inst: unknown): object {
  const { _zod } = inst as { readonly _zod?: { readonly def?: { readonly shape?: object } } };
  return _zod?.def?.shape ?? {};
}
