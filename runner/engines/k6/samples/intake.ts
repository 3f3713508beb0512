/** Where samples of k6 go, whichever way they came: requests to their phase and outcome, iterations to their count. */

import type { MeasuredPart } from "../../../record/load-lines.ts";
import type { JobPhase } from "../../engine.ts";
import { phaseFinder } from "../../worker/phase-starts.ts";
import { Code, type Recorder } from "../../worker/recorder.ts";
import type { Measured } from "./measured.ts";
import type { Names } from "./names.ts";
import { outcomeOf, wasSent } from "./outcome.ts";
import type { Spoken } from "./spoken.ts";

/** What a sample is tagged with. `scenario` is empty in setup() and teardown(): they are no load. */
export interface Tags {
  readonly scenario: string;
  readonly name: string;
  readonly status: string;
  readonly errorCode: string;
  /** Only told where it matters. */
  readonly proto: string;
}

export interface Intake {
  /** Times in ms, `endMs` since the load's start. */
  readonly request: (tags: Tags, endMs: number, waitMs: number, answerMs: number) => void;
  /** Iterations: those that are over, begun (only the wrapper of a script counts them), or dropped for want of a virtual user. */
  readonly iterations: (what: "over" | "begun" | "dropped", scenario: string, count: number, atMs: number) => void;
  /** Anything else that was measured: by the script, or by k6 of it. */
  readonly measured: (metric: string, scenario: string, atMs: number, part: MeasuredPart) => void;
  /** What is only known of a scenario as a whole is known of a phase. */
  readonly knowsPhaseOf: (scenario: string) => boolean;
  /** Iterations of a scenario that are over. */
  readonly overIn: (scenario: string) => number;
  readonly counted: () => Readonly<Record<"over" | "begun" | "dropped", number>>;
  readonly remarks: () => string[];
}

export function createIntake(
  phases: readonly JobPhase[],
  names: Names,
  recorder: Pick<Recorder, "due" | "finished" | "untimed">,
  measured: Measured,
  spoken: Spoken,
): Intake {
  const strangers = new Set<string>();
  const phaseOf = phases.some((it) => it.load.kind === "script")
    ? phaseAt(phases)
    : phaseNamed(phases, (scenario) => strangers.add(scenario));
  const over = new Map<string, number>();
  const counted = { over: 0, begun: 0, dropped: 0 };
  return {
    request: (tags, endMs, waitMs, answerMs) => {
      const phase = phaseOf(tags.scenario, endMs);
      if (phase < 0) return;
      spoken.saw(tags);
      const outcome = outcomeOf(tags.status, tags.errorCode);
      const sent = wasSent(outcome) ? endMs - answerMs : Number.NaN;
      recorder.due(endMs);
      recorder.finished(phase, names.placeOf(tags.name), Code[outcome], endMs - (waitMs + answerMs), sent, endMs, null);
    },
    iterations: (what, scenario, count, atMs) => {
      const phase = phaseOf(scenario, atMs);
      if (phase < 0) return;
      counted[what] += count;
      if (what === "over") over.set(scenario, (over.get(scenario) ?? 0) + count);
      if (what !== "dropped") return;
      for (let i = 0; i < count; i++) {
        recorder.due(atMs);
        recorder.untimed(phase, names.unsent(), Code.dropped, atMs);
      }
    },
    measured: (metric, scenario, atMs, part) => {
      const phase = phaseOf(scenario, atMs);
      if (phase >= 0) measured.add(metric, phase, atMs, part);
    },
    knowsPhaseOf: (scenario) =>
      phases.some((it) => it.name === scenario && it.load.kind !== "script") ||
      (phases.length === 1 && over.has(scenario)),
    overIn: (scenario) => over.get(scenario) ?? 0,
    counted: () => counted,
    remarks: () => [
      ...names.remarks(),
      ...[...strangers]
        .slice(0, 1)
        .map(
          (it) =>
            `the script has a tag "scenario" of its own (${it}), which is k6's: what it tags so belongs to the phase in which it ended; give that tag another name`,
        ),
    ],
  };
}

/** Scenarios of a script know no phases: what ended in one belongs to it. */
function phaseAt(phases: readonly JobPhase[]) {
  const at = phaseFinder(phases);
  return (scenario: string, atMs: number): number => (scenario === "" || !(atMs >= 0) ? -1 : at(atMs));
}

/** Of our arrivals each scenario is a phase. @param strange is told of another, which a script tagged so by itself */
function phaseNamed(phases: readonly JobPhase[], strange: (scenario: string) => void) {
  const at = phaseAt(phases);
  return (scenario: string, atMs: number): number => {
    const named = phases.findIndex((it) => it.name === scenario);
    if (named >= 0) return named;
    const phase = at(scenario, atMs);
    if (phase >= 0) strange(scenario);
    return phase;
  };
}
