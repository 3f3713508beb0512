/** Where samples of k6 go, whichever way they came: requests to their phase and outcome, iterations to their count. */
import type { JobPhase } from "../engine.ts";
import { phaseFinder } from "../worker/phase-starts.ts";
import type { Measured, Part } from "./measured.ts";
import { outcomeOf, wasSent } from "./outcome.ts";
import type { Tally } from "./tally.ts";

/** What a sample is tagged with. `scenario` is empty in setup() and teardown(): they are no load. */
export interface Tags {
  readonly scenario: string;
  readonly name: string;
  readonly status: string;
  readonly errorCode: string;
}

export interface Intake {
  /** Times in ms, `endMs` since the load's start. */
  readonly request: (tags: Tags, endMs: number, waitMs: number, answerMs: number) => void;
  /** Iterations: those that are over, begun (only the wrapper of a script counts them), or dropped for want of a virtual user. */
  readonly iterations: (what: "over" | "begun" | "dropped", scenario: string, count: number, atMs: number) => void;
  /** Anything else that was measured: by the script, or by k6 of it. */
  readonly measured: (metric: string, scenario: string, atMs: number, part: Part) => void;
  /** What is only known of a scenario as a whole is known of a phase. */
  readonly knowsPhaseOf: (scenario: string) => boolean;
  /** Iterations of a scenario that are over. */
  readonly overIn: (scenario: string) => number;
  readonly counted: () => Readonly<Record<"over" | "begun" | "dropped", number>>;
  readonly remarks: () => string[];
}

/** More names than these are one: a URL with an id in it makes a new name each time. */
const mostNames = 100;
const otherNames = "other";

export function createIntake(
  phases: readonly JobPhase[],
  tally: Tally,
  measured: Measured,
  /** The name of a request that was never sent. */
  unsent: () => string,
): Intake {
  const byScenario = phases.some((it) => it.load.kind === "script")
    ? phaseAt(phases)
    : (scenario: string) => (phases.some((it) => it.name === scenario) ? scenario : null);
  const names = new Map<string, string>();
  const over = new Map<string, number>();
  const counted = { over: 0, begun: 0, dropped: 0 };
  const nameOf = (given: string): string => {
    const known = names.get(given);
    if (known !== undefined) return known;
    if (names.size >= mostNames) return otherNames;
    names.set(given, shortName(given));
    return shortName(given);
  };
  return {
    request: (tags, endMs, waitMs, answerMs) => {
      const phase = byScenario(tags.scenario, endMs);
      if (phase === null) return;
      const outcome = outcomeOf(tags.status, tags.errorCode);
      const serviceMs = wasSent(outcome) ? answerMs : null;
      tally.finished({ phase, request: nameOf(tags.name), outcome, endMs, responseMs: waitMs + answerMs, serviceMs });
    },
    iterations: (what, scenario, count, atMs) => {
      const phase = byScenario(scenario, atMs);
      if (phase === null) return;
      counted[what] += count;
      if (what === "over") over.set(scenario, (over.get(scenario) ?? 0) + count);
      if (what !== "dropped") return;
      for (let i = 0; i < count; i++) tally.untimed({ phase, request: unsent(), outcome: "dropped", endMs: atMs }, 1);
    },
    measured: (metric, scenario, atMs, part) => {
      const phase = byScenario(scenario, atMs);
      if (phase !== null) measured.add(metric, phase, atMs, part);
    },
    knowsPhaseOf: (scenario) =>
      phases.length === 1 || phases.some((it) => it.name === scenario && it.load.kind !== "script"),
    overIn: (scenario) => over.get(scenario) ?? 0,
    counted: () => counted,
    remarks: () =>
      names.size < mostNames
        ? []
        : [
            `the script has more than ${mostNames} different names of requests: the rest is told as "${otherNames}"; give requests with ids in their address a name (tags: { name: … })`,
          ],
  };
}

/** Scenarios of a script know no phases: what ended in one belongs to it. */
function phaseAt(phases: readonly JobPhase[]) {
  const phaseOf = phaseFinder(phases);
  return (scenario: string, atMs: number): string | null =>
    scenario === "" ? null : (phases[phaseOf(atMs)]?.name ?? null);
}

/** k6 names a request by its address where the script does not: the target's is another one in each trial. */
function shortName(name: string): string {
  const url = /^https?:\/\//.test(name) ? URL.parse(name) : null;
  return url === null ? name : url.pathname;
}
