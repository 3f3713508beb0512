/** A regression that a second, independent session was to confirm: both have to find it, so that chance alone rarely does. */
import { z } from "zod";
import type { Finding } from "./judgement.ts";
import { byVerdict } from "./order.ts";

export const confirmationSchema = z.object({
  /** The second session. */
  run: z.string(),
  /** Of the second session; invalid also where it did not come to its end. */
  verdict: z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]),
  /** Ids of the deciding gates that regressed in it. */
  regressed: z.array(z.string()),
});
export type Confirmation = z.output<typeof confirmationSchema>;

/** What did not regress again is undecided; the numbers stay those of the first session. */
export function confirmed(gates: readonly Finding[], confirmation: Confirmation | null): Finding[] {
  if (confirmation === null) return [...gates];
  const { run, verdict, regressed } = confirmation;
  const judged = gates.map((gate): Finding => {
    if (gate.verdict !== "regressed" || gate.advisory) return gate;
    // A session that proves nothing does not disagree either.
    if (verdict === "invalid")
      return {
        ...gate,
        tags: [...gate.tags, "not yet confirmed"],
        because: `${gate.because} The second session can't be believed or did not come to its end (${run}): it confirms nothing.`,
      };
    return regressed.includes(gate.id)
      ? {
          ...gate,
          tags: [...gate.tags, "confirmed"],
          because: `${gate.because} An independent second session agrees (${run}).`,
        }
      : {
          ...gate,
          verdict: "inconclusive",
          tags: [...gate.tags, "not confirmed"],
          because: `${gate.because} An independent second session does not agree (${run}): it is not final.`,
          wouldChange: "More pairs in both sessions, or a third one: two that disagree decide nothing.",
        };
  });
  return judged.sort((a, b) => Number(a.advisory) - Number(b.advisory) || byVerdict(a.verdict, b.verdict));
}
