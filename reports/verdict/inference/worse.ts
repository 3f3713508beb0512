/** Whether pairs are worse for certain: an exact test that no odd pair carries, and Student's where that is too coarse. Numbers only. */
import { median } from "../../stats/describe.ts";
import { signFlip } from "../../stats/signflip.ts";
import type { Companion } from "./comparison.ts";

export interface Worse {
  /** One-sided, of "not worse": the smallest level at which it is called worse. */
  readonly p: number;
  /** Does a test that assumes no distribution say so at this level too? */
  readonly companionAt: (level: number) => Companion;
}

/** A lower bound at this level is above nothing, or nothing is worse: what is shown and what is decided must not contradict each other. */
const CLEAR = 0.05;
/** Sign patterns, of the 2^k there are, that have to fit below a level for the exact test to decide at it: fewer are too coarse a step. */
const PATTERNS = 8;
/** Of the median size: so much any pair counts at most. Weights may depend on sizes: given those, all signs are as likely as before. */
const CAP = 1.5;

/**
 * At levels with room for eight sign patterns the sign-flip test of capped differences decides (exact for differences that are symmetric
 * about nothing, whatever their spreads); at stricter ones Student's, if the plain sign-flip test has them among the eight most extreme
 * patterns too. What is not worse at 5 % by Student's, whose bounds are shown, is not worse by the other.
 *
 * @param differences finite, positive is worse
 * @param student p of Student's test of them
 * @param stream a fresh one at each call
 */
export function worseOf(differences: readonly number[], student: number, stream: () => () => number): Worse {
  if (student > CLEAR) {
    const companionAt = (level: number) => (signFlip(differences, stream()).p <= level ? "agrees" : "disagrees");
    return { p: student, companionAt };
  }
  const pattern = 2 ** -differences.length;
  const coarse = PATTERNS * pattern;
  const plain = signFlip(differences, stream()).p;
  const capped = signFlip(cappedOf(differences), stream()).p;
  const byStudent = student < coarse && plain <= Math.max(pattern, Math.min(CLEAR, coarse));
  return {
    p: byStudent ? student : Math.min(1, Math.max(capped, coarse)),
    companionAt: (level) => (Math.min(plain, capped) <= level ? "agrees" : "silent"),
  };
}

function cappedOf(differences: readonly number[]): number[] {
  const cap = CAP * median(differences.map(Math.abs));
  // Most do not differ at all: no size is usual.
  return cap === 0 ? [...differences] : differences.map((it) => Math.sign(it) * Math.min(Math.abs(it), cap));
}
