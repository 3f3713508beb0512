/** A run whose trials never come to their load, all for the same reason, ends early: what is left of it would fail alike. */
import { counted } from "../shared/format.ts";
import type { TrialResult } from "./trial.ts";

export interface Tried extends Pick<TrialResult, "loaded" | "reason"> {
  readonly arm: string;
  readonly block: number;
}

/** One block may fail by chance. */
const blocksAlike = 2;

/**
 * Asked after a complete block. One trial that came to its load, of whatever arm, keeps the run going.
 *
 * @param tried every trial since the run began or was resumed, in order
 * @param left blocks that are still to come
 * @returns why to stop, null to go on
 */
export function hopeless(tried: readonly Tried[], left: number): string | null {
  const blocks = [...new Set(tried.map((it) => it.block))].slice(-blocksAlike);
  if (left === 0 || blocks.length < blocksAlike || tried.some((it) => it.loaded)) return null;
  const last = tried.filter((it) => blocks.includes(it.block));
  const byArm = [...Map.groupBy(last, (it) => it.arm).values()];
  if (byArm.some((trials) => new Set(trials.map(alike)).size > 1)) return null;
  const reasons = new Map(byArm.flatMap(([first]) => (first === undefined ? [] : [[alike(first), firstWords(first)]])));
  return `nothing got ready in ${tried.length} trials of ${tried.length}: ${[...reasons.values()].join("; ")}; the remaining ${counted(left, "block")} would fail alike`;
}

/** The reason without what differs from trial to trial: ports, pids, times, whatever has a digit in it. */
const alike = ({ reason }: Tried): string => (reason ?? "").replaceAll(/\S*\d\S*/g, "#");

/** Its first line; what only announces the lines after it is left out, and its full stop. */
const firstWords = ({ reason }: Tried): string =>
  (reason ?? "no reason recorded").replace(/\n[\s\S]*$/, "").replace(/; [^;]*:$|\.$/, "");
