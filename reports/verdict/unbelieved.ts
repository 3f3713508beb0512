/** Gates and claims of a run that proves nothing. Their numbers stay, for whoever looks for what went wrong. */
import type { Finding, Judgement } from "./judgement.ts";

type Claim = Judgement["claims"][number];

/** Of an invalid run: no gate passes, and none stops anybody. */
export const unbelieved = <F extends Finding>(finding: F): F => ({
  ...finding,
  verdict: "invalid",
  because: `The run can't be believed, so nothing follows. By its numbers alone: ${finding.verdict}. ${finding.because}`,
  wouldChange: "A run that can be believed.",
});

/** Of a run that is invalid, or on a host that was too noisy: a claim is all that somebody may have asked for. */
export const unproved = (claim: Claim): Claim => ({
  ...claim,
  claim: claim.claim === "not-testable" ? claim.claim : "inconclusive",
});
