import { describe } from "vitest";
import { crashLeavesNothing, needOf, type Step, steps } from "../support/crash.ts";

/** Right before a line is where it is right after the one before it: the other half of every-step.test.ts tells little more. */
const moments = [["before", steps[0]] as const, ...steps.map((step): ["after", Step] => ["after", step])];

/** One fault per kind of lease: signal, toxic, and several at once (a helper process, limits, oom_score_adj); each run has those of processes and cgroups too. */
describe.concurrent.for(["pause", "latency", "memory-pressure"])("%s", (kind) => {
  for (const [when, step] of moments) {
    needOf(kind)(`${kind}: a harness killed ${when} ${step} leaves nothing behind`, () =>
      crashLeavesNothing(kind, step, when),
    );
  }
});
