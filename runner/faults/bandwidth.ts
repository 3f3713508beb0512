/** Limits the data rate of each connection through a target's router. */
import { z } from "zod";
import { byteRate } from "../shared/quantity-fields.ts";
import { faultOnLink } from "./on-link.ts";
import { connections, stream } from "./options.ts";

export const bandwidth = faultOnLink({
  kind: "bandwidth",
  help: "Limits the data rate of each connection to a target",
  options: z.strictObject({
    rate: byteRate('Of each connection, such as "64KiB/s"'),
    stream,
    share: connections,
  }),
  does: ({ rate, stream: side }) => `limit ${side === "both" ? "each direction" : side} to ${Math.round(rate)} bytes/s`,
  toxic: ({ rate, stream: side }) => ({ type: "bandwidth", stream: side, bytesPerSecond: rate }),
  share: ({ share }) => share,
});
