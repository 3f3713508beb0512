/** The history of a scenario on a class of hosts: its file, what the scenario asks of it, and what it says. */
import { existsSync, readFileSync } from "node:fs";
import { placeOf } from "../../reports/baseline/place.ts";
import { type Between, betweenSessions } from "../../reports/history/between.ts";
import { type Asked, evolve } from "../../reports/history/evolve.ts";
import { type History, type HistoryLine, readHistory } from "../../reports/history/lines.ts";
import { type Reported, reportOf } from "../../reports/history/report.ts";
import { setupOf } from "../../reports/history/session.ts";
import { unknownMetrics } from "../../reports/history/unknown.ts";
import { ALPHA, ALPHA_FAIL } from "../../reports/verdict/inference/limits.ts";
import { appendLines } from "../record/append-file.ts";
import { conditionKey } from "../record/condition-key.ts";
import { metrics } from "../record/metrics.ts";
import type { Condition, Margin, Scenario } from "../record/scenario.ts";
import { didYouMean } from "../scenario/document/suggest.ts";
import { messageOf, UserError } from "../shared/errors.ts";
import { counted } from "../shared/format.ts";
import type { Host } from "../shared/host.ts";
import type { HistoryPlace } from "./history-place.ts";

/**
 * Empty where there is no file yet.
 * @throws UserError for a file that may not be read: it is not the same as none
 */
export function historyAt({ history }: HistoryPlace): History {
  if (!existsSync(history)) return { lines: [], problems: [] };
  try {
    return readHistory(readFileSync(history, "utf8"));
  } catch (error) {
    throw new UserError(`the history ${history} can't be read: ${messageOf(error)}`, {
      hint: "make it readable, or name another folder with --history",
    });
  }
}

/** @throws what the file system throws */
export const appendHistory = (host: Host, { history }: HistoryPlace, lines: readonly HistoryLine[]): void =>
  appendLines(host, history, lines);

/** What the history is looked at for: levels under which the scenario measures now, with the margins of its gates. */
function askedOf(scenario: Scenario): Asked {
  const margins = new Map<string, Margin>();
  for (const gate of scenario.gates) {
    const key = shortKey(gate, scenario);
    const known = margins.get(key);
    if (gate.margin !== null && (known === undefined || gate.margin.value < known.value)) margins.set(key, gate.margin);
  }
  return { setups: new Map(scenario.arms.map((it) => [it.name, setupOf(it)])), margins };
}

/** The key that a history knows a condition by, however it was written. */
export function shortKey(condition: Condition, { phases, arms }: Scenario): string {
  const [arm] = arms;
  return arm === undefined ? conditionKey(condition) : conditionKey(placeOf(condition, { phases, load: arm.load }));
}

export const reportedAt = (
  place: HistoryPlace,
  scenario: Scenario,
  release: string | null,
  history = historyAt(place),
): Reported =>
  reportOf(withUnknown(history), {
    ...askedOf(scenario),
    ...{ scenario: scenario.name, hostClass: place.hostClass, release, alpha: ALPHA, alphaFail: ALPHA_FAIL },
  });

/** A metric that nobody knows is in no series: who asks for the history is told that it is left out. */
function withUnknown({ lines, problems }: History): History {
  const known = metrics.map((it) => it.name);
  const told = unknownMetrics(lines).map(({ name, sessions }) => {
    const near = didYouMean(name, known);
    return `unknown metric "${name}" in ${counted(sessions, "session")}: its values are left out; ${near ?? "written by another version of shakedown?"}`;
  });
  return { lines, problems: [...problems, ...told] };
}

/** How far sessions lie apart here, by the keys of the scenario's conditions as they are written, and by their short ones. */
export function driftAt(place: HistoryPlace, scenario: Scenario): Readonly<Record<string, Between>> {
  const known = betweenSessions(evolve(historyAt(place).lines, askedOf(scenario)));
  const conditions = [...scenario.gates, ...scenario.claims];
  const asked = [...conditions, ...conditions.map((it) => ({ ...it, metric: "errors.ratio" }))].flatMap((it) => {
    const found = known.get(shortKey(it, scenario));
    return found === undefined ? [] : [[conditionKey(it), found] as const];
  });
  return Object.fromEntries([...known, ...asked]);
}
