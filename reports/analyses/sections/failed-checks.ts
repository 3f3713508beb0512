/** Answers that failed a check, by request and check, in all phases but warm-ups: with a fault on, this is what clients saw of it. */
import type { Evidence } from "../../evidence/evidence.ts";
import type { SectionTable } from "../section-tables.ts";

type Table = Extract<SectionTable, { kind: "checks" }>;

/** Null when none failed. */
export function failedChecks(evidence: Evidence): Table | null {
  const arms = evidence.run.scenario.arms.map(({ name: arm }) => {
    const trials = evidence.trials
      .filter((it) => it.arm === arm && it.outcome === "ok")
      .map((trial) => ({ trial, phases: trial.phases.filter((it) => !it.warmup).map((it) => it.name) }));
    const failed = trials.flatMap(({ trial, phases }) => trial.checks.filter((it) => phases.includes(it.phase)));
    const dueOf = (request: string) =>
      trials.reduce((sum, { trial, phases }) => sum + trial.requests({ phases, request }).due, 0);
    return { arm, failed, dueOf };
  });
  const keys = new Set(arms.flatMap(({ failed }) => failed.map((it) => JSON.stringify([it.request, it.check]))));
  const rows = [...keys].sort().map((key) => {
    const [request, check] = JSON.parse(key) as [string, string];
    const cells = arms.map(({ arm, failed, dueOf }) => {
      const mine = failed.filter((it) => it.request === request && it.check === check);
      return { arm, count: mine.reduce((sum, it) => sum + it.count, 0), due: dueOf(request) };
    });
    return { request, check, arms: cells };
  });
  return rows.length === 0 ? null : { kind: "checks", rows };
}
