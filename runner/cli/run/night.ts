/** A run's line in the history of its scenario: what is to be known before it begins, and the line when it has ended. */
import { dirname, join, relative, sep } from "node:path";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import type { SessionLine } from "../../../reports/history/lines.ts";
import type { HistoryReport } from "../../../reports/history/report.ts";
import { sessionLine } from "../../../reports/history/session.ts";
import { fileOf } from "../../../reports/render/registry.ts";
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import type { Scenario } from "../../record/scenario.ts";
import { messageOf } from "../../shared/errors.ts";
import type { Cli } from "../context.ts";
import { type Source, sourceOf } from "../git.ts";
import { appendHistory, reportedAt } from "../history.ts";
import type { HistoryPlace } from "../history-place.ts";

export interface Night {
  readonly type: SessionLine["type"];
  readonly source: Source;
}

/** @param confirm the run is to confirm what may be suspect: it is a second session then, and no night of its own */
export async function nightOf(
  { host }: Cli,
  scenario: Scenario,
  place: HistoryPlace,
  confirm: boolean,
): Promise<Night> {
  const source = await sourceOf(host, dirname(scenario.file));
  if (!confirm) return { type: "session", source };
  const { report } = reportedAt(place, scenario, null);
  if (!isSuspect(report)) return { type: "session", source };
  const { seed } = scenario.trials;
  if (report.nights.some((it) => it.seed === seed)) {
    host.stderr.write(
      `! seed ${seed} is that of earlier nights: this run is one more of them, and confirms nothing that is suspect (--seed ${freshSeed(report)} would)\n`,
    );
    return { type: "session", source };
  }
  return { type: "confirmation", source };
}

const isSuspect = ({ metrics }: HistoryReport): boolean =>
  metrics.some((it) => it.changes.some((change) => change.state === "suspect"));

/** A seed that no night has used. */
export const freshSeed = ({ nights }: HistoryReport): number => Math.max(0, ...nights.map((it) => it.seed)) + 1;

/** Adds the line of a run that came to a believable end. A history that can't be written costs the run nothing but its line. */
export function keepNight({ host }: Cli, place: HistoryPlace, night: Night, dir: string, judgement: Judgement): void {
  if (judgement.run.status !== "completed" || judgement.verdict === "invalid") return;
  try {
    const report = relative(place.folder, join(dir, fileOf.html)).split(sep).join("/");
    const { type, source } = night;
    appendHistory(host, place, [
      sessionLine(loadEvidence(dir), { type, ...source, verdict: judgement.verdict, report }),
    ]);
  } catch (error) {
    host.stderr.write(
      `! this run is not in the history: ${relative(host.cwd, place.history)} could not be written (${messageOf(error)})\n`,
    );
  }
}
