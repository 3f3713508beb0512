/** Which exit code wins when several apply. */
import type { Verdict } from "../../reports/verdict/judgement.ts";
import { Exit } from "../shared/errors.ts";

const order: readonly Exit[] = [
  Exit.unreverted,
  Exit.internal,
  Exit.interrupted,
  Exit.terminated,
  Exit.usage,
  Exit.invalid,
  Exit.regressed,
  Exit.inconclusive,
  Exit.pass,
];

/** 5 > 6 > 130/143 > 2 > 4 > 1 > 3 > 0. */
export const worstExit = (exits: readonly Exit[]): Exit => order.find((it) => exits.includes(it)) ?? Exit.pass;

/** `inconclusive`: what --inconclusive says; without it the code of its own. */
export function verdictExit(verdict: Verdict, inconclusive: "pass" | "fail" | undefined): Exit {
  switch (verdict) {
    case "pass":
      return Exit.pass;
    case "regressed":
    case "failed":
      return Exit.regressed;
    case "inconclusive":
      return inconclusive === undefined ? Exit.inconclusive : inconclusive === "pass" ? Exit.pass : Exit.regressed;
    case "invalid":
      return Exit.invalid;
  }
}
