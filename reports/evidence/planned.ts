/** How many blocks a run was to have. */
import type { Evidence } from "./evidence.ts";

/** A resumed run may have gone beyond the blocks that its run.json drew; a look may have ended it before them. */
export function plannedBlocks({ run, trials, events }: Pick<Evidence, "run" | "trials" | "events">): number {
  const ended = events.find((it) => it.type === "look" && it.decision === "stop");
  if (ended?.type === "look") return ended.blocks;
  return trials.reduce((most, it) => Math.max(most, it.block), run.order.length);
}
