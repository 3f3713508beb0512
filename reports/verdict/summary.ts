/** Facts of the run that every report prints. */
import type { Evidence } from "../evidence/evidence.ts";
import { plannedBlocks } from "../evidence/planned.ts";
import { trialsOf } from "../evidence/trials-of.ts";
import type { RunSummary } from "./judgement.ts";

export function summaryOf(evidence: Evidence, postHoc: boolean): RunSummary {
  const { run } = evidence;
  const { scenario } = run;
  const arms = scenario.arms.map((it) => it.name);
  const blocks = [...new Set(evidence.trials.map((it) => it.block))];
  const ended = arms.map(
    (arm) =>
      new Set(
        trialsOf(evidence, arm)
          .filter((it) => it.outcome === "ok" || it.outcome === "failed")
          .map((it) => it.block),
      ),
  );
  return {
    id: run.id,
    scenario: scenario.name,
    description: scenario.description,
    startedAt: run.startedAt,
    durationMs: evidence.endedAt,
    seed: scenario.trials.seed,
    status: evidence.status,
    statusReason: evidence.statusReason,
    arms,
    blocks: {
      planned: plannedBlocks(evidence),
      done: blocks.filter((block) => ended.every((of) => of.has(block))).length,
    },
    postHoc,
    shakedown: run.versions.shakedown,
  };
}
