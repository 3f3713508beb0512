/** A threshold of a k6 script over a whole load, as one worker saw it: shown, never deciding. */
import { z } from "zod";
import { type Infer, number, orNull, text } from "./schema-parts.ts";

export const scriptThreshold = z.object({
  /** As the script has it, with what it is about: `http_req_duration p(95)<500`. */
  expression: text,
  /** Null where it could not be judged. */
  met: orNull(z.boolean()),
  /** What was compared, or why nothing was, in words. */
  found: z.union([number, text]),
});
export type ScriptThreshold = Infer<typeof scriptThreshold>;
