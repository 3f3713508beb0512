/** Which verdict outranks which, and what each says of a claim. */
import type { ClaimVerdict, Verdict } from "./judgement.ts";

const RANK: Readonly<Record<Verdict, number>> = { invalid: 3, regressed: 2, failed: 2, inconclusive: 1, pass: 0 };

/** invalid > regressed, failed > inconclusive > pass; of equals the first. No verdicts at all: pass. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>((worst, it) => (RANK[it] > RANK[worst] ? it : worst), "pass");

/** For a table: what decides first comes first. */
export const byVerdict = (a: Verdict, b: Verdict): number => RANK[b] - RANK[a];

export const claimed: Readonly<Record<Verdict, ClaimVerdict>> = {
  pass: "supported",
  regressed: "refuted",
  failed: "refuted",
  inconclusive: "inconclusive",
  invalid: "inconclusive",
};
