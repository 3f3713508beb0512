/** Flows: steps that are requests or think time, and what is extracted for the steps that follow. */
import type { ExtractSpec } from "../../record/scenario.ts";
import type { Problems } from "../document/problems.ts";
import { child, entries, isMap, items, type Node, text } from "../document/tree.ts";
import type { ExtractInput } from "../schema/flow.ts";

const ofFlow = ["name", "weight", "steps"];

/** The flow's name; undefined after a problem. */
export function checkSteps(flow: Node, steps: Node, problems: Problems): string | undefined {
  for (const [key] of entries(flow)) {
    if (!ofFlow.includes(key)) problems.atKey(flow, key, `a flow has no "${key}"`, "its steps have");
  }
  const list = items(steps).filter(isMap);
  for (const step of list.filter(isThink)) {
    for (const [key] of entries(step))
      if (key !== "think") problems.atKey(step, key, `think time is a step of its own: it has no "${key}"`);
  }
  const [first, last] = [list[0], list.at(-1)];
  const place = "think time stands between two requests";
  if (first !== undefined && isThink(first)) problems.at(first, `${place}: a flow begins with one`);
  else if (last !== undefined && isThink(last))
    problems.at(last, `${place}: a flow ends with one`, "load.think is the pause after it, in the closed model");
  const name = text(child(flow, "name"));
  if (child(flow, "name") === undefined) problems.inside(flow, '"name" is missing: a flow needs one');
  return name;
}

const isThink = (step: Node): boolean => child(step, "think") !== undefined;

export const extractedBy = (step: Node): readonly string[] => entries(child(step, "extract")).map(([name]) => name);

const sources = ["json", "header", "regex"];

export function checkExtract(step: Node, method: string, problems: Problems): void {
  for (const [, node] of entries(child(step, "extract"))) {
    const given = sources.filter((it) => child(node, it) !== undefined);
    const place = child(node, given[0] ?? "");
    if (isMap(node) && given.length !== 1) {
      const found = given.length === 0 ? "none" : given.join(" and ");
      problems.inside(node, `expected one of ${sources.join(", ")}, found ${found}`);
    } else if (place !== undefined && given[0] !== "header" && method === "HEAD") {
      problems.at(place, "the answer to HEAD has no body");
    }
  }
}

export const resolveExtract = (extract: ExtractInput | undefined): ExtractSpec[] =>
  Object.entries(extract ?? {}).flatMap(([name, { json, header, regex }]): ExtractSpec[] => {
    if (json !== undefined) return [{ name, kind: "json", path: json }];
    if (header !== undefined) return [{ name, kind: "header", header: header.toLowerCase() }];
    return regex === undefined ? [] : [{ name, kind: "regex", pattern: regex }];
  });
