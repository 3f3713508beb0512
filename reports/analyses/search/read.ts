/** What the trials of a search said: each goal judged in each of them, or why a trial says nothing of the target. */

import { absoluteBound, type Condition } from "../../../runner/record/condition.ts";
import { metricNamed } from "../../../runner/record/metrics.ts";
import { headroomGoal, type SearchSpec } from "../../../runner/record/search.ts";
import { formatBound, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { ended } from "../../evidence/trials-of.ts";
import { phasesFor } from "../measure.ts";
import { scalarOf } from "../scalars.ts";
import { keptFromCpu, onlyWhatWasOver, saturated } from "../validity/generator.ts";
import { validity } from "../validity/validity.ts";
import { backlogGrowth } from "./backlog.ts";
import { keeps } from "./classify.ts";
import { disturbance } from "./disturbed.ts";
import type { Mute, Said } from "./said.ts";
import { windowsOf } from "./windows.ts";

export interface TrialSaid extends Said {
  /** By goal: the conditions that did not hold, in words; empty for those that did. */
  readonly broke: Readonly<Record<string, readonly string[]>>;
}

/** The trials that came to an end, in order. One that was cut off is made again. */
export function saidOf(evidence: Evidence): TrialSaid[] {
  const { search } = evidence.run.scenario;
  if (search === undefined) return [];
  return evidence.trials.flatMap((trial) =>
    trial.point === undefined || !(ended(trial) || trial.outcome === "broken") ? [] : [said(evidence, search, trial)],
  );
}

function said(evidence: Evidence, search: SearchSpec, trial: TrialEvidence): TrialSaid {
  const point = trial.point as Said["point"];
  const nothing = (mute: Mute): TrialSaid => ({
    ...{ trial: trial.index, point, good: {}, windows: [], mute, disturbed: null, broke: {} },
  });
  const mute = muteOf(evidence, trial);
  if (mute !== null) return nothing(mute);
  const goals =
    point.purpose === "headroom" ? [{ name: headroomGoal, while: search.headroom?.while ?? [] }] : search.goals;
  const judged = goals.map(({ name, while: conditions }) => ({ name, ...judgedBy(evidence, trial, conditions) }));
  const windows = (point.purpose === "soak" && trial.outcome === "ok" ? windowsOf(trial) : []).map((window) => ({
    window,
    ...judgedBy(evidence, window, search.goals[0]?.while ?? []),
  }));
  const asked = windows.length > 0 ? windows : judged.filter((it) => it.name === point.goal);
  const open = asked.find((it) => goodOf(it) === null);
  if (open !== undefined) return nothing({ kind: "judged", text: open.unknown[0] ?? "" });
  const soaked = windows.flatMap(({ window, ...it }) => {
    const good = goodOf(it) === true;
    return good || disturbance(evidence, window) === null ? [good] : [];
  });
  const bad = soaked.filter((it) => !it).length;
  const held = soaked.length === 0 || keeps(bad / soaked.length, search.exceed);
  return {
    trial: trial.index,
    point,
    good: Object.fromEntries(
      judged.flatMap((it) => {
        const good = windows.length > 0 ? held : goodOf(it);
        return good === null ? [] : [[it.name, good]];
      }),
    ),
    windows: soaked,
    mute: null,
    // Its windows have told already.
    disturbed: windows.length > 0 ? null : disturbance(evidence, trial),
    broke: Object.fromEntries(judged.map((it) => [it.name, it.broke])),
  };
}

/** Why nothing follows for the target; null when something does. */
function muteOf(evidence: Evidence, trial: TrialEvidence): Mute | null {
  if (trial.outcome === "failed" && trial.loadStart === null)
    return { kind: "load", text: trial.reason ?? "its load never began" };
  // One that can't make the load may end before it.
  if (trial.outcome === "broken")
    return { kind: saturated(trial) ? "generator" : "stalled", text: trial.reason ?? "the harness broke it" };
  const against = validity({ ...evidence, trials: [trial] }).find((it) => it.status === "invalid");
  if (against !== undefined)
    return { kind: keptFromCpu(trial) ? "stalled" : "generator", text: onlyWhatWasOver(against.text) };
  const fault = trial.faults.find((it) => !it.landed);
  if (fault !== undefined && trial.outcome === "ok")
    return {
      kind: "judged",
      text: `${fault.name} did not land: ${fault.skipped ?? fault.proof[0] ?? "nothing proves it"}`,
    };
  return null;
}

interface Judged {
  readonly broke: readonly string[];
  /** What could not be measured, with the reason. */
  readonly unknown: readonly string[];
}

/** Null: not known. A condition that did not hold decides, whatever can't be measured beside it. */
const goodOf = ({ broke, unknown }: Judged): boolean | null =>
  broke.length > 0 ? false : unknown.length > 0 ? null : true;

/** Answers below this share of what was due are a load that is not borne, whatever the goal says of latency. */
const LEAST_ANSWERED = 0.99;

function judgedBy(evidence: Evidence, trial: TrialEvidence, conditions: readonly Condition[]): Judged {
  if (trial.outcome === "failed") return { broke: [trial.reason ?? "the trial failed"], unknown: [] };
  const broke: string[] = [];
  const unknown: string[] = [];
  for (const condition of conditions) {
    const { unit, title } = metricNamed(condition.metric) ?? { unit: "count", title: condition.metric };
    const scalar = scalarOf(evidence, trial, condition);
    if (scalar.kind === "absent") unknown.push(`${title}: ${scalar.reason}`);
    else if (scalar.kind === "worst") broke.push(`${title}: ${scalar.reason}`);
    else if (!within(scalar.value, condition)) {
      const bound = formatBound(absoluteBound(condition), unit);
      broke.push(`${title} ${formatValue(scalar.value, unit)} (${bound})`);
    }
  }
  return { broke: [...broke, ...implied(trial, conditions)], unknown };
}

const within = (value: number, { max, min }: Condition): boolean =>
  (max === null || value <= max) && (min === null || value >= min);

/** What every load that holds does: it is answered, and does not pile up. A fault may keep it from both. */
function implied(trial: TrialEvidence, conditions: readonly Condition[]): string[] {
  const [condition] = conditions;
  if (condition === undefined || conditions.some((it) => it.fault !== null)) return [];
  const phases = phasesFor(trial, condition);
  if (phases.some((it) => it.faults.length > 0)) return [];
  const { counts, due } = trial.requests({ phases: phases.map((it) => it.name), request: null });
  const answered = due === 0 ? 1 : counts.ok / due;
  const errors = conditions.some((it) => it.metric === "errors.ratio" && it.max !== null);
  const growth = backlogGrowth(trial, phases);
  return [
    ...(!errors && answered < LEAST_ANSWERED
      ? [
          `only ${formatValue(answered, "ratio")} of the requests were answered (≥ ${formatValue(LEAST_ANSWERED, "ratio")})`,
        ]
      : []),
    ...(growth === null ? [] : [`the backlog still grew at the end, by ${formatValue(growth, "1/s")}`]),
  ];
}
