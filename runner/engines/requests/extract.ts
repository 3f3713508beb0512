/** Takes values out of an answer, for the steps that follow. */
import type { ExtractSpec } from "../../record/scenario.ts";
import { unreachable } from "../../shared/errors.ts";
import type { Body, Seen } from "./answer-body.ts";
import { unreadableBody } from "./check.ts";
import { fitsHeader } from "./escape.ts";
import { valueAt } from "./json-pointer.ts";

type Take = (answer: Seen, body: Body) => unknown;

/**
 * @param inHeaders names whose values must fit into a header, because a later request puts them there
 * @returns a function that puts what it finds into `vars`; the name of what it can't find, as a check that failed, or null
 */
export function extractor(
  extracts: readonly ExtractSpec[],
  inHeaders: ReadonlySet<string>,
): (answer: Seen, body: Body, vars: Map<string, string>) => string | null {
  const all = extracts.map((it) => ({ name: it.name, ofBody: it.kind !== "header", take: takeOf(it) }));
  return (answer, body, vars) => {
    for (const { name, ofBody, take } of all) {
      if (ofBody && body.text() === null) return unreadableBody;
      const found = take(answer, body);
      const isValue = typeof found === "string" || typeof found === "number" || typeof found === "boolean";
      if (!isValue || (inHeaders.has(name) && !fitsHeader(String(found)))) return `extract ${name}`;
      vars.set(name, String(found));
    }
    return null;
  };
}

function takeOf(extract: ExtractSpec): Take {
  switch (extract.kind) {
    case "json":
      return (_, body) => valueAt(body.json(), extract.path);
    case "header":
      return ({ header }) => header(extract.header);
    case "regex": {
      const pattern = new RegExp(extract.pattern);
      return (_, body) => {
        const found = pattern.exec(body.text() ?? "");
        return found?.[1] ?? found?.[0];
      };
    }
    default:
      return unreachable(extract);
  }
}
