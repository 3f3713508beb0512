/** Was the machine disturbed from outside? Pressure and steal outside of fault phases, where the disturbance is not ours. */
import { formatExact, formatValue } from "../../runner/shared/format.ts";
import type { TrialEvidence } from "../evidence/evidence.ts";
import { counterAt } from "./counters.ts";
import { durationOf } from "./measure.ts";
import type { Check } from "./parts.ts";

interface Source {
  readonly title: string;
  readonly metric: string;
  /** Of the counter in a millisecond; `cpu`: on each processor. */
  readonly perMs: number;
  readonly per: "host" | "cpu";
  /** Share of time above which a trial is disturbed; null: told, and decides nothing. */
  readonly limit: number | null;
}

/**
 * Arms are interleaved and intervals are taken from what the trials did, so noise costs certainty and does not favour an arm. Beyond these
 * limits trials measure their neighbours. CPU pressure also rises by the load itself when all runs on one small machine.
 */
const sources: readonly Source[] = [
  { title: "CPU pressure", metric: "host.psi.cpu", perMs: 1000, per: "host", limit: 0.8 },
  { title: "memory pressure", metric: "host.psi.memory", perMs: 1000, per: "host", limit: 0.1 },
  // What waits for a disk may have nothing to do with the target.
  { title: "I/O pressure", metric: "host.psi.io", perMs: 1000, per: "host", limit: null },
  { title: "steal", metric: "host.steal", perMs: 1, per: "cpu", limit: 0.25 },
];
/** The run is noisy when more than this share of its trials was disturbed. */
const disturbedTrials = 1 / 3;

/** `cpus`: how many processors the machine has. */
export function hostCheck(trials: readonly TrialEvidence[], cpus: number): Check[] {
  if (trials.length === 0) return [];
  const readings = sources.flatMap((source) => {
    const shares = trials.map((it) => shareOf(it, source, cpus)).filter((it) => it !== null);
    const disturbed = shares.filter((it) => source.limit !== null && it > source.limit).length;
    return shares.length === 0 ? [] : [{ ...source, shares, disturbed, most: Math.max(...shares) }];
  });
  const blind = sources.filter(({ metric }) => !readings.some((it) => it.metric === metric));
  if (readings.length === 0)
    return [{ status: "warning", title: "Host", text: `not sampled, noise can't be told: ${whyBlind(trials, blind)}` }];
  const told = readings.map((it) => {
    const above = it.disturbed > 0 ? `, above it in ${it.disturbed} of ${it.shares.length} trials` : "";
    const limit = it.limit === null ? "" : ` (limit ${formatExact(it.limit, "ratio")}${above})`;
    return `${it.title} up to ${formatValue(it.most, "ratio")}${limit}`;
  });
  const any = readings.some((it) => it.disturbed > 0);
  const noisy = readings.some((it) => it.disturbed > disturbedTrials * it.shares.length);
  const unseen =
    blind.length > 0 ? `; not sampled: ${blind.map((it) => it.title).join(", ")} (${whyBlind(trials, blind)})` : "";
  return [
    {
      status: any || blind.length > 0 ? "warning" : "ok",
      title: "Host",
      text: `${noisy ? "too noisy to decide: " : ""}${told.join(", ")}${unseen}`,
      ...(noisy ? { inconclusive: true as const } : {}),
    },
  ];
}

const whyBlind = (trials: readonly TrialEvidence[], blind: readonly Source[]): string =>
  [...new Set(blind.map(({ metric }) => trials[0]?.absent(metric) ?? "too few readings"))].join("; ");

/** Share of time in the judged phases; phases without faults, where there are any. Null without readings. */
function shareOf(trial: TrialEvidence, { metric, perMs, per }: Source, cpus: number): number | null {
  const [series] = trial.series(metric).filter((it) => it.t.length > 1);
  const calm = trial.phases.filter((it) => !it.warmup && it.faults.length === 0);
  const phases = calm.length > 0 ? calm : trial.phases;
  const ms = durationOf(phases);
  if (!series || ms <= 0) return null;
  const first = series.x[0] ?? 0;
  return (
    phases.reduce((sum, it) => sum + counterAt(series, it.end, first) - counterAt(series, it.start, first), 0) /
    perMs /
    (per === "cpu" ? cpus : 1) /
    ms
  );
}
