/** Takes a target off the network: open connections are closed, new ones refused, its processes go on. */
import { z } from "zod";
import { faultOnLink } from "./on-link.ts";

export const down = faultOnLink({
  kind: "down",
  help: "Closes every open connection to a target and refuses new ones",
  options: z.strictObject({}),
  does: () => "close open connections and refuse new ones",
  toxic: () => ({ type: "down" }),
  share: () => 1,
});
