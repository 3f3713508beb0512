/** What a condition measures, whatever it is called and whatever it allows: the name under which values are kept between sessions. */
import type { Condition } from "./scenario.ts";

/** `latency.p99 request=checkout phase=steady`: the metric, then what narrows it, in this order. */
export const conditionKey = (it: Pick<Condition, "metric" | "request" | "phase" | "fault" | "target">): string =>
  [
    it.metric,
    ...(["request", "phase", "fault", "target"] as const).flatMap((field) =>
      it[field] === null ? [] : [`${field}=${it[field]}`],
    ),
  ].join(" ");
