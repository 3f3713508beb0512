/** Does what is in flight still grow while a load lasts? Then a longer trial would have been a worse one. */
import type { PhaseEvidence, TrialEvidence } from "../../evidence/evidence.ts";
import { theilSenSlope } from "../../stats/theil-sen.ts";

/** Of the rate: what is left unanswered of every second. */
const SHARE = 0.01;
/** Requests more at the end than at the beginning: fewer are what queues do. */
const LEAST = 20;
/** Readings, one a second. */
const FEWEST = 5;

/** Requests per second by which the backlog grows over the judged phases; null when it does not. */
export function backlogGrowth(trial: TrialEvidence, phases: readonly PhaseEvidence[]): number | null {
  const [first, last] = [phases[0], phases.at(-1)];
  if (first === undefined || last === undefined || trial.loadStart === null) return null;
  const [start, end] = [first.start - trial.loadStart, last.end - trial.loadStart];
  const bySecond = new Map<number, number>();
  for (const { t, inFlight } of trial.self) {
    const second = Math.floor(t / 1000);
    if (t > start && t <= end) bySecond.set(second, (bySecond.get(second) ?? 0) + inFlight);
  }
  const seconds = [...bySecond].sort(([a], [b]) => a - b);
  if (seconds.length < FEWEST) return null;
  const slope = theilSenSlope(
    seconds.map(([second]) => second),
    seconds.map(([, inFlight]) => inFlight),
  );
  const lengthSeconds = (end - start) / 1000;
  const { due } = trial.requests({ phases: phases.map((it) => it.name), request: null });
  return slope > (SHARE * due) / lengthSeconds && slope * lengthSeconds >= LEAST ? slope : null;
}
