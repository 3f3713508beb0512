/** A margin, decided in its family. */
import { mdesOf } from "../inference/detectable.ts";
import type { Decision } from "../inference/family.ts";
import type { Finding } from "../judgement.ts";
import { otherSide, type Prepared } from "../prepare/prepare.ts";
import { becauseOfPairs, pairSides, storedSides } from "../words/because.ts";
import { methodOf } from "../words/method.ts";
import { controlInWords } from "../words/stored.ts";
import { MENDED_FIRST, pairsWouldChange } from "../words/would-change.ts";
import { type Decided, sentence } from "./decided.ts";

export function byPairs(
  prepared: Prepared,
  decision: Decision | null,
  { bound, change }: Pick<Finding, "bound" | "change">,
  alpha: number,
): Decided {
  const { comparison, pairs, obstacle, samples, stored, scale, hypothesis, control, sessions } = prepared;
  const open = { verdict: "inconclusive", tags: [], p: null, pairsNeeded: null, mde: null, mdeFail: null } as const;
  if (comparison === null) {
    // From here on the sign-flip test can reach alpha, so that nothing need be assumed.
    const enough = Math.ceil(Math.log2(1 / alpha));
    const because = `${pairs.length === 0 ? "No pair of trials has" : "One pair of trials has"} a value in both arms: at least 2 are needed, ${enough} to assume nothing about their distribution.`;
    const wouldChange = `At least ${enough} pairs with a value in both arms.`;
    return obstacle === null
      ? { ...open, because, wouldChange, method: "none", pairsNeeded: enough }
      : { ...open, because: sentence(obstacle), wouldChange: MENDED_FIRST, method: "none" };
  }
  const sizes = [samples.candidate.length, otherSide(prepared).length] as const;
  const method = methodOf(comparison, scale, sizes, control ?? "interleaved");
  if (obstacle !== null || decision === null)
    return { ...open, because: sentence(obstacle ?? "not decided"), wouldChange: MENDED_FIRST, method };
  const { unit, better } = hypothesis.metric;
  const terms = { scale, better };
  const sides = stored.length === 0 ? pairSides(comparison) : storedSides(...sizes);
  const because = becauseOfPairs(comparison, decision, change, { bound, unit, sides });
  return {
    verdict: decision.verdict,
    because: stored.length === 0 ? because : because + controlInWords(control ?? "unbridged", sessions),
    wouldChange: pairsWouldChange(decision, change, { better, unit }, sides.advice(decision.pairsNeeded())),
    method,
    tags: decision.tags,
    p: { raw: decision.p.raw, adjusted: decision.p.adjusted() },
    pairsNeeded: decision.pairsNeeded(),
    ...mdesOf(decision.detects(), terms),
  };
}
