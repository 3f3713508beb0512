/** Resets connections (RST) as a firewall that lost its state or a crashed proxy does. */
import { z } from "zod";
import { duration } from "../shared/quantity-fields.ts";
import { faultOnLink } from "./on-link.ts";
import { connections } from "./options.ts";

export const reset = faultOnLink({
  kind: "reset",
  help: "Resets open connections at once, and each new one after a time",
  options: z.strictObject({
    after: duration('How long a new connection lives, such as "100ms"').default(0),
    share: connections,
  }),
  does: ({ after }) => `reset open connections, and new ones after ${after} ms`,
  toxic: ({ after }) => ({ type: "reset", afterMs: after }),
  share: ({ share }) => share,
});
