/** The arrivals of a load as k6 scenarios, one per phase and named like it: every sample then knows its phase. */
import { unreachable } from "../../shared/errors.ts";
import type { JobPhase } from "../engine.ts";
import { phaseStarts } from "../worker/phase-starts.ts";

type K6Scenario = Readonly<Record<string, unknown>> & { readonly executor: string };

/**
 * @param vus     k6's processes in flight at most; all are made before the load starts, none while it runs
 * @param graceMs what a phase's last requests have to come to their end
 */
export function scenariosOf(
  phases: readonly JobPhase[],
  vus: number,
  graceMs: number,
): Readonly<Record<string, K6Scenario>> {
  const starts = phaseStarts(phases);
  return Object.fromEntries(
    phases.map((phase, i) => [
      phase.name,
      { ...executor(phase, vus), startTime: `${starts[i]}ms`, gracefulStop: `${Math.ceil(graceMs)}ms` },
    ]),
  );
}

/** k6 takes whole numbers: three decimals of a rate per second are whole per this many seconds. */
const unitSeconds = 1000;

function executor({ load, durationMs }: JobPhase, vus: number): K6Scenario {
  const duration = `${durationMs}ms`;
  switch (load.kind) {
    case "closed":
      return { executor: "constant-vus", vus: load.connections, duration };
    case "open": {
      const common = { timeUnit: `${unitSeconds}s`, preAllocatedVUs: vus, maxVUs: vus };
      const [from, to] = [Math.round(load.from * unitSeconds), Math.round(load.to * unitSeconds)];
      return from === to
        ? { executor: "constant-arrival-rate", rate: from, duration, ...common }
        : { executor: "ramping-arrival-rate", startRate: from, stages: [{ target: to, duration }], ...common };
    }
    case "script":
      throw new Error("the arrivals of a script's own scenarios are not ours to make");
    default:
      return unreachable(load);
  }
}
