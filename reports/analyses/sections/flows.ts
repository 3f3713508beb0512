/** Flows and their steps: how long each took and how often it failed, in the judged phases. */
import type { LoadSpec } from "../../../runner/record/scenario.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { centerOf, numbersOf, where } from "../centers.ts";
import { phasesFor } from "../measure.ts";
import type { SectionTable } from "../section-tables.ts";

type Table = Extract<SectionTable, { kind: "flows" }>;
type Row = Table["rows"][number];

/** Null where no arm has flows. */
export function flowTable(evidence: Evidence): Table | null {
  const { arms } = evidence.run.scenario;
  const parts = new Map(arms.flatMap(({ load }) => partsOf(load)));
  if (parts.size === 0) return null;
  const rows = [...parts].map(([name, is]): Row => {
    const cells = arms.flatMap(({ name: arm }) => cellOf(evidence, arm, name) ?? []);
    return { name, is, arms: cells };
  });
  const known = rows.filter((it) => it.arms.length > 0);
  return known.length === 0 ? null : { kind: "flows", rows: known };
}

/** In the order in which a reader looks for them: a flow, then its steps. */
const partsOf = ({ flows = [] }: LoadSpec): (readonly [string, Row["is"]])[] =>
  flows.flatMap(({ name, steps }) => [
    [name, "flow"] as const,
    ...steps.flatMap((it) => ("request" in it ? [[it.request, "step"] as const] : [])),
  ]);

/** Null when nothing of this name was due in the arm. */
function cellOf(evidence: Evidence, arm: string, request: string): Row["arms"][number] | null {
  const trials = evidence.trials.filter((it) => it.arm === arm && it.outcome === "ok");
  const counted = trials.map((it) =>
    it.requests({ phases: phasesFor(it, where("errors.ratio")).map((phase) => phase.name), request }),
  );
  const sum = (of: "due" | "cut") => counted.reduce((total, it) => total + it[of], 0);
  if (sum("due") + sum("cut") === 0) return null;
  const center = (metric: string) =>
    centerOf(metric, numbersOf(evidence, arm, where(metric, { request })))?.center ?? null;
  return {
    arm,
    due: sum("due"),
    cut: sum("cut"),
    p50: center("latency.p50"),
    p95: center("latency.p95"),
    p99: center("latency.p99"),
    failed: center("errors.ratio"),
  };
}
