/** Is an answer as the request's check says? */
import type { CheckSpec } from "../../record/scenario.ts";
import { unreachable } from "../../shared/errors.ts";
import type { Body, Seen } from "./answer-body.ts";
import type { Lookup } from "./compose.ts";
import { asItIs } from "./escape.ts";
import { valueAt } from "./json-pointer.ts";
import { fill, parseTemplate } from "./template.ts";

type Holds = (answer: Seen, body: Body, lookUp: Lookup) => boolean;

/** The failure of a check that needs the body, when that can't be had: longer than what is kept, or in a coding that can't be undone. */
export const unreadableBody = "body readable (up to 1 MiB)";

/** Statuses that a check names are ok; others are what their class says. */
export function expectsStatus(checks: readonly CheckSpec[], status: number): boolean {
  return checks.some((it) => it.kind === "status" && hasStatus(it.codes, status));
}

const needsBody = (checks: readonly CheckSpec[]): boolean =>
  checks.some((it) => it.kind === "contains" || it.kind === "matches" || it.kind === "json");

/** @returns a function that tells the name of the first check that fails; null when all hold */
export function checker(checks: readonly CheckSpec[]): (answer: Seen, body: Body, lookUp: Lookup) => string | null {
  const all = checks.map((it) => ({ name: it.name, ofBody: needsBody([it]), holds: holdsOf(it) }));
  return (answer, body, lookUp) => {
    for (const { name, ofBody, holds } of all) {
      if (ofBody && body.text() === null) return unreadableBody;
      if (!holds(answer, body, lookUp)) return name;
    }
    return null;
  };
}

function holdsOf(check: CheckSpec): Holds {
  switch (check.kind) {
    case "status":
      return ({ status }) => hasStatus(check.codes, status);
    case "header": {
      const is = filled(check.is);
      return ({ header }, _, lookUp) => header(check.header) === is(lookUp);
    }
    case "header-matches": {
      const pattern = new RegExp(check.pattern, check.flags);
      return ({ header }) => pattern.test(header(check.header) ?? "") && header(check.header) !== undefined;
    }
    case "contains": {
      const text = filled(check.text);
      return (_, body, lookUp) => body.text()?.includes(text(lookUp)) === true;
    }
    case "matches": {
      const pattern = new RegExp(check.pattern);
      return (_, body) => pattern.test(body.text() ?? "");
    }
    case "json": {
      const { is } = check;
      if (typeof is !== "string") return (_, body) => valueAt(body.json(), check.path) === is;
      const text = filled(is);
      return (_, body, lookUp) => sameText(valueAt(body.json(), check.path), text(lookUp), is);
    }
    default:
      return unreachable(check);
  }
}

/** A value that was filled in has lost its type: a number in the answer is equal to its digits then. */
const sameText = (found: unknown, text: string, written: string): boolean =>
  found === text ||
  ((typeof found === "number" || typeof found === "boolean") && text !== written && String(found) === text);

const hasStatus = (codes: readonly string[], status: number): boolean =>
  codes.includes(String(status)) || codes.includes(`${Math.floor(status / 100)}xx`);

function filled(text: string): (lookUp: Lookup) => string {
  const template = parseTemplate(text);
  return template === null ? () => text : (lookUp) => fill(template, asItIs, lookUp);
}
