/** Ballast: enters a cgroup and takes memory in steps, so that the group runs short. Ends when its stdin closes. */
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { enter, obey, say } from "./helper-side.ts";

export interface BallastOrder {
  readonly procsFiles: readonly string[];
  /** Bytes in all, and in one step each 10 ms. */
  readonly most: number;
  readonly step: number;
}

// Not the victim, but -1000 would make a group without any other process hang instead of being killed. Needs CAP_SYS_RESOURCE;
// without it the instance's own score of 1000 decides.
try {
  writeFileSync("/proc/self/oom_score_adj", "-999");
} catch {}

const held: Buffer[] = [];
obey<BallastOrder>(({ procsFiles, most, step }) => {
  enter(procsFiles);
  say({ entered: true });
  void grow(most, step);
});

async function grow(most: number, step: number): Promise<void> {
  for (let size = 0; size < most; size += step) {
    // Filled, because a page is charged when it is first written.
    held.push(Buffer.alloc(step, 1));
    await delay(10);
  }
}
