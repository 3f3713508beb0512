/** The metric that a condition names, and the filters that it takes: these depend on what it is measured over. */
import { type Metric, metricNamed, metrics, searchMetric, searchMetrics } from "../../record/metrics.ts";
import { statOf } from "../../record/script-metrics.ts";
import type { Problems } from "../document/problems.ts";
import { suggest } from "../document/suggest.ts";
import { child, type Node, text } from "../document/tree.ts";
import type { Scope } from "./scope.ts";
import { scriptMetric } from "./script-metrics.ts";

export function knownMetric(node: Node, names: readonly string[], problems: Problems): Metric | undefined {
  const place = child(node, "metric");
  const name = text(place);
  if (place === undefined || name === undefined) return undefined;
  if (names.includes(name)) return metricNamed(name);
  const exists = metricNamed(name) !== undefined;
  problems.at(
    place,
    exists ? `${name} is not known while the load runs` : `no metric is named "${name}"`,
    suggest(name, names),
  );
  return undefined;
}

/** What trials measure. */
export const ordinary = metrics.map((it) => it.name);

/** Undefined after a problem. */
export function checkMetric(node: Node, { k6, search }: Scope, problems: Problems): Metric | undefined {
  const place = child(node, "metric");
  const name = text(place);
  if (place === undefined || name === undefined) return undefined;
  const refusal = search === null ? misplaced(name) : senselessOver(search, name);
  if (refusal !== null) problems.at(place, ...refusal);
  else if (statOf(name) !== null) return scriptMetric(node, k6, problems);
  else if (search === null) return knownMetric(node, ordinary, problems);
  else return searchMetric(name, search.over) ?? knownMetric(node, foundOver(search), problems);
  return undefined;
}

const found = searchMetrics.map((it) => it.name);

const foundOver = ({ over }: NonNullable<Scope["search"]>): string[] =>
  found.filter((it) => searchMetric(it, over) !== undefined);

type Refusal = readonly [message: string, hint: string];

const misplaced = (name: string): Refusal | null =>
  found.includes(name) ? [`${name} is what a search finds, and this scenario has none`, "add search: { … }"] : null;

/** Over trials of many loads nothing else than what the search finds means anything. */
function senselessOver(search: NonNullable<Scope["search"]>, name: string): Refusal | null {
  const { over, headroom } = search;
  const own = foundOver(search)[0] ?? "";
  if (ordinary.includes(name) || statOf(name) !== null)
    return [
      `a search's trials have many ${over.kind === "rate" ? "loads" : `values of ${over.path}`}: ${name} says nothing over all of them`,
      `put it in search.while, or gate ${own}`,
    ];
  if (found.includes(name) && searchMetric(name, over) === undefined)
    return [`a search over ${over.path} does not find ${name}`, `it finds ${own}: use that`];
  if (name === "capacity.headroom" && !headroom)
    return ["capacity.headroom is what search.headroom finds, and there is none", "add headroom: to the search"];
  return null;
}

/** Which filters a metric takes depends on what it is measured over. */
export function checkFits(node: Node, metric: Metric, problems: Problems): void {
  const refuse = (field: string, why: string, hint: string | null = null): void => {
    const place = child(node, field);
    if (place !== undefined) problems.atKey(node, field, `${metric.name} takes no ${field}: ${why}`, hint);
  };
  if (metric.over === "search") {
    for (const field of ["phase", "arm", "versus", "margin", "floor"])
      refuse(field, "it is found over all trials of the search", "use min or max");
    if (metric.name === "capacity.headroom") refuse("goal", "it has conditions of its own");
  } else refuse("goal", "it is measured in trials, not searched");
  if (metric.over !== "requests") refuse("request", "it is not measured on requests");
  if (metric.over !== "target") refuse("target", "it is not measured on a target's processes");
  if (metric.over === "fault") {
    refuse("phase", "it belongs to the phase of its fault");
    if (child(node, "fault") === undefined)
      problems.inside(node, `${metric.name} needs a fault: the one it is measured from`, "add fault: NAME");
  } else refuse("fault", "it is measured over time", "name the phase of the fault instead");
}
