/** What a worker remembers of checks between two flushes. */
import type { CheckLine } from "../../record/load-lines.ts";
import type { JobPhase } from "../engine.ts";

interface CheckCounts {
  readonly failed: (phase: number, request: number, check: string) => void;
  readonly flush: () => Generator<CheckLine>;
}

export function countChecks(phases: readonly JobPhase[], requestNames: readonly string[]): CheckCounts {
  let counts = new Map<string, CheckLine>();
  return {
    failed: (phase, request, check) => {
      const key = `${phase} ${request} ${check}`;
      const count = (counts.get(key)?.count ?? 0) + 1;
      const name = (phases[phase] as JobPhase).name;
      counts.set(key, { type: "check", phase: name, request: requestNames[request] as string, check, count });
    },
    flush: function* () {
      const old = counts;
      counts = new Map();
      yield* old.values();
    },
  };
}
