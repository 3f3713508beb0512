/** What a condition measures, whatever it is called and whatever it allows: the name under which values are kept between sessions. */
import type { Condition } from "./scenario.ts";

/** `latency.p99 request=checkout phase=steady`: the metric, then what narrows it, in this order. */
export const conditionKey = (it: Pick<Condition, "metric" | Field>): string =>
  [it.metric, ...fields.flatMap((field) => (it[field] === null ? [] : [`${field}=${it[field]}`]))].join(" ");

const fields = ["request", "phase", "fault", "target"] as const;
type Field = (typeof fields)[number];

/** What such a name says; names of phases, requests, faults and targets hold neither spaces nor `=`. */
export function conditionOfKey(key: string): Pick<Condition, "metric" | Field> {
  const [metric = "", ...parts] = key.split(" ");
  const said = (field: Field): string | null =>
    parts.find((it) => it.startsWith(`${field}=`))?.slice(field.length + 1) ?? null;
  return { metric, request: said("request"), phase: said("phase"), fault: said("fault"), target: said("target") };
}
