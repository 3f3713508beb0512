/** Delays what passes a target's router, in one direction or both, also on connections that are already open. */
import { z } from "zod";
import { duration } from "../shared/quantity-fields.ts";
import { faultOnLink } from "./on-link.ts";
import { connections, stream } from "./options.ts";

export const latency = faultOnLink({
  kind: "latency",
  help: "Delays the data on the way to or from a target by a time, plus or minus a random jitter",
  options: z.strictObject({
    delay: duration('Added to each piece of data, such as "200ms"'),
    jitter: duration('The delay varies evenly by up to this much, such as "20ms"').default(0),
    stream,
    share: connections,
  }),
  does: ({ delay, jitter, stream: side }) =>
    `delay ${side === "both" ? "both directions" : side} by ${delay} ms${jitter > 0 ? ` ± ${jitter} ms` : ""}`,
  toxic: ({ delay, jitter, stream: side }) => ({ type: "latency", stream: side, latencyMs: delay, jitterMs: jitter }),
  share: ({ share }) => share,
});
