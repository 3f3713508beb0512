/** Whether a look ends the run: only looks that were registered before it, and only when its verdict is decided. */
import type { Verdict } from "../verdict/judgement.ts";

/** `null`: no look is due after so many blocks. */
type Steering = { readonly look: number; readonly decision: "more" | "stop" } | null;

/**
 * @param looks blocks at each look, ascending
 * @param done complete blocks
 * @param verdictNow judges what there is; asked only at a look
 */
export function steerByLooks(looks: readonly number[], done: number, verdictNow: () => Verdict): Steering {
  const at = looks.indexOf(done);
  if (at < 0) return null;
  const last = at === looks.length - 1;
  return { look: at + 1, decision: last || verdictNow() !== "inconclusive" ? "stop" : "more" };
}
