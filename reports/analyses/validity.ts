/** Can this run be trusted? Each check states its limit; `invalid` needs evidence against the harness. */
import { formatExact, formatValue } from "../../runner/shared/format.ts";
import type { Evidence, TrialEvidence } from "../evidence/evidence.ts";
import { ended } from "../evidence/trials-of.ts";
import { faultCheck } from "./check-faults.ts";
import { hostCheck } from "./check-host.ts";
import { loadCheck } from "./check-load.ts";
import { confinementCheck, trialsCheck } from "./check-trials.ts";
import type { Check } from "./parts.ts";

/** The generator is saturated above this share of a core (one thread sends), docs of k6 and research/load.md; median over seconds. */
const cpuLimit = 0.8;
/** Event-loop delay p99 of a worker, ms, median over seconds: above it stamps are late. */
const loopLimitMs = 50;
/** Actual minus intended send time, p99, ms, median over seconds. */
const lagLimitMs = 50;
/** The harness itself: faults, samples and stamps of events are this late. Median over a trial, ms. */
const harnessLoopLimitMs = 100;

const all = (values: readonly (number | null)[]): readonly number[] => values.filter((it): it is number => it !== null);

const middle = (values: readonly number[]): number | null =>
  values.length === 0 ? null : (values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null);

export function validity(evidence: Evidence): readonly Check[] {
  const loaded = evidence.trials.filter((it) => it.loadStart !== null);
  return [
    loadCheck(evidence, loaded),
    generatorCheck(loaded),
    ...faultCheck(evidence),
    ...hostCheck(loaded, evidence.run.host.cpus),
    ...harnessCheck(loaded),
    trialsCheck(evidence),
    confinementCheck(evidence),
    ...recordChecks(evidence),
  ].filter((it) => it !== null);
}

/**
 * Of every trial that came to an end the median over its seconds, so that one stall by a neighbour invalidates nothing; the worst trial
 * decides. One that was cut off may consist of that stall, and is not judged.
 */
function generatorCheck(trials: readonly TrialEvidence[]): Check | null {
  const lost = trials.flatMap((it) => it.lostWorkers.map((why) => `trial ${it.index}, ${why}`));
  const worst = (read: (line: TrialEvidence["self"][number]) => number | null): number | null => {
    const medians = trials
      .filter(ended)
      .flatMap((trial) =>
        [...Map.groupBy(trial.self, (it) => it.worker).values()].map((lines) => middle(all(lines.map(read)))),
      );
    return all(medians).reduce<number | null>((most, it) => Math.max(most ?? it, it), null);
  };
  const readings = [
    { what: "CPU", worst: worst((it) => it.cpu), limit: cpuLimit, unit: "ratio", of: " of a core" },
    { what: "loop delay p99", worst: worst((it) => it.loopP99), limit: loopLimitMs, unit: "ms", of: "" },
    { what: "sent late, p99", worst: worst((it) => it.lagP99), limit: lagLimitMs, unit: "ms", of: "" },
  ] as const;
  const known = readings.filter((it) => it.worst !== null);
  if (known.length === 0 && lost.length === 0) return null;
  const over = known.filter((it) => (it.worst ?? 0) > it.limit);
  const text = known
    .map((it) => `${it.what} ${formatValue(it.worst ?? 0, it.unit)}${it.of} (limit ${formatExact(it.limit, it.unit)})`)
    .join(", ");
  if (lost.length > 0) return { status: "invalid", title: "Generator", text: `workers were lost: ${lost.join("; ")}` };
  return {
    status: over.length > 0 ? "invalid" : "ok",
    title: "Generator",
    text:
      over.length > 0
        ? `the load generator could not keep up: ${text}, in the worst trial`
        : `${text}, in the worst trial`,
  };
}

function harnessCheck(trials: readonly TrialEvidence[]): Check[] {
  const medians = all(trials.map((it) => middle(it.series("harness.loop.p99").flatMap(({ x }) => [...x]))));
  const worst = Math.max(...medians);
  if (medians.length === 0) return [];
  const cores = all(trials.map((it) => middle(it.series("harness.cpu").flatMap(({ x }) => [...x]))));
  const cpu = cores.length === 0 ? "" : `CPU ${formatValue(Math.max(...cores), "ratio")} of a core, `;
  const text = `${cpu}loop delay p99 ${formatValue(worst, "ms")} in the worst trial (limit ${formatExact(harnessLoopLimitMs, "ms")})`;
  const late = worst > harnessLoopLimitMs;
  return [
    {
      status: late ? "warning" : "ok",
      title: "Harness",
      text: late ? `faults and samples may be late: ${text}` : text,
    },
  ];
}

function recordChecks({ run, status, statusReason, damage, events }: Evidence): (Check | null)[] {
  const warnings = events.filter((it) => it.type === "warning").map((it) => it.text);
  const off = events
    .filter((it) => it.type === "sampler.off")
    .filter((it) => !run.scenario.samplers.off.includes(it.sampler))
    .map((it) => `${it.sampler}: ${it.reason}`);
  const listed = (texts: readonly string[]) => [...new Set(texts)].slice(0, 5).join("; ");
  return [
    status === "completed"
      ? null
      : { status: "warning", title: "Run", text: `${status}${statusReason === null ? "" : `: ${statusReason}`}` },
    damage.length === 0 ? null : { status: "warning", title: "Record", text: listed(damage) },
    off.length === 0 ? null : { status: "warning", title: "Samplers", text: `off: ${listed(off)}` },
    warnings.length === 0 ? null : { status: "warning", title: "Warnings", text: listed(warnings) },
  ];
}
