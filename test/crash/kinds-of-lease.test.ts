import { describe } from "vitest";
import { crashLeavesNothing, needOf, steps } from "../support/crash.ts";

/** One fault per kind of lease: signal, toxic, and several at once (a helper process, limits, oom_score_adj); each run has those of processes and cgroups too. */
describe.concurrent.for(["pause", "latency", "memory-pressure"])("%s", (kind) => {
  for (const step of steps) {
    for (const when of ["before", "after"] as const) {
      needOf(kind)(`${kind}: a harness killed ${when} ${step} leaves nothing behind`, () =>
        crashLeavesNothing(kind, step, when),
      );
    }
  }
});
