/** Can this run be trusted? Each check states its limit; `invalid` needs evidence against the harness. */
import { formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import type { Check } from "../parts.ts";
import { connectionsCheck } from "./connections.ts";
import { faultCheck } from "./faults.ts";
import { generatorCheck } from "./generator.ts";
import { middle, most } from "./generator-readings.ts";
import { hostCheck } from "./host.ts";
import { loadCheck } from "./load.ts";
import { thresholdsCheck } from "./thresholds.ts";
import { confinementCheck, trialsCheck } from "./trials.ts";

/** The harness itself: faults, samples and stamps of events are this late. Median over a trial, ms. */
const harnessLoopLimitMs = 100;

export function validity(evidence: Evidence): readonly Check[] {
  const loaded = evidence.trials.filter((it) => it.loadStart !== null);
  return [
    loadCheck(evidence, loaded),
    generatorCheck(evidence, loaded),
    connectionsCheck(loaded),
    thresholdsCheck(loaded),
    ...faultCheck(evidence),
    ...hostCheck(loaded, evidence.run.host.cpus),
    ...harnessCheck(loaded),
    trialsCheck(evidence),
    confinementCheck(evidence),
    ...recordChecks(evidence),
  ].filter((it) => it !== null);
}

function harnessCheck(trials: readonly TrialEvidence[]): Check[] {
  const typical = (metric: string) => most(trials.map((it) => middle(it.series(metric).flatMap(({ x }) => [...x]))));
  const worst = typical("harness.loop.p99");
  if (worst === null) return [];
  const cores = typical("harness.cpu");
  const cpu = cores === null ? "" : `CPU ${formatValue(cores, "ratio")} of a core, `;
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
  const warnings = [
    ...Map.groupBy(
      events.filter((it) => it.type === "warning"),
      (it) => it.text,
    ),
  ].map(([text, all]) => (all.length === 1 ? text : `${text} (${all.length} times)`));
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
