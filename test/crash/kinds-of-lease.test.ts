import { describe, test } from "vitest";
import { crashLeavesNothing, steps } from "../support/crash.ts";

/** One fault per kind of lease: nothing, signal, toxic, and several at once (limits, a helper process, oom_score_adj). */
describe.concurrent.for(["pod-kill", "pause", "latency", "memory-pressure"])("%s", (kind) => {
  for (const step of steps) {
    for (const when of ["before", "after"] as const) {
      test(`a harness killed ${when} ${step} leaves nothing behind`, () => crashLeavesNothing(kind, step, when));
    }
  }
});
