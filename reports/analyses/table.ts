/** The full table: every metric by arm, where it was measured. */
import { type Metric, metrics } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { centerOf, scalarsOf, where } from "./centers.ts";
import type { TableRow } from "./parts.ts";

export function table(evidence: Evidence): readonly TableRow[] {
  return metrics
    .flatMap((metric) => placesOf(evidence, metric).map((place) => rowOf(evidence, metric, place)))
    .filter((row) => row.cells.some((it) => it.center !== null) || row.where === judged);
}

const judged = "all judged phases";

interface Place {
  readonly where: string;
  readonly condition: Condition;
}

/** Where a metric is measured: over all phases without faults, in each phase, for each fault, request or other target. */
export function placesOf({ run }: Pick<Evidence, "run">, { name, over }: Metric): readonly Place[] {
  const { phases, faults, arms } = run.scenario;
  if (over === "fault") return faults.map((it) => ({ where: it.name, condition: where(name, { fault: it.name }) }));
  const measured = phases.filter((it) => !it.warmup);
  const calm = measured.filter((it) => it.faults.length === 0);
  const everywhere =
    calm.length > 0 ? [{ where: calm.length === 1 ? (calm[0]?.name ?? judged) : judged, condition: where(name) }] : [];
  const byPhase = measured
    .filter((it) => calm.length !== 1 || it.name !== calm[0]?.name)
    .map((it) => ({ where: it.name, condition: where(name, { phase: it.name }) }));
  const load = arms[0]?.load;
  const named = [...(load?.flows ?? []), ...(load?.requests ?? [])];
  const requests = over === "requests" && named.length > 1 && calm.length > 0 ? named : [];
  const others =
    over === "target" && calm.length > 0 ? (arms[0]?.targets ?? []).filter((it) => it.name !== load?.target) : [];
  return [
    ...everywhere,
    ...requests.map((it) => ({ where: it.name, condition: where(name, { request: it.name }) })),
    ...others.map((it) => ({ where: it.name, condition: where(name, { target: it.name }) })),
    ...byPhase,
  ];
}

function rowOf(evidence: Evidence, metric: Metric, place: Place): TableRow {
  return {
    metric: metric.name,
    title: metric.title,
    where: place.where,
    unit: metric.unit,
    cells: evidence.run.scenario.arms.map(({ name: arm }) => {
      const scalars = scalarsOf(evidence, arm, place.condition).map((it) => it.scalar);
      const found = centerOf(
        metric.name,
        scalars.flatMap((it) => (it.kind === "value" ? [it.value] : [])),
      );
      const why = scalars.find((it) => it.kind !== "value");
      return found === null
        ? { arm, center: null, low: null, high: null, n: 0, absent: why?.reason ?? "no trial came to its end" }
        : { arm, ...found, absent: null };
    }),
  };
}
