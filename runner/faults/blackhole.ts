/** Swallows data without closing anything, as a partition does: clients wait until their own timeout. */
import { z } from "zod";
import { faultOnLink } from "./on-link.ts";
import { connections, stream } from "./options.ts";

export const blackhole = faultOnLink({
  kind: "blackhole",
  help: "Swallows the data on the way to or from a target; connections hit are closed when it ends, because data is missing",
  options: z.strictObject({ stream, share: connections }),
  does: ({ stream: side }) => `swallow data ${side === "both" ? "in both directions" : side}`,
  toxic: ({ stream: side }) => ({ type: "blackhole", stream: side }),
  share: ({ share }) => share,
});
