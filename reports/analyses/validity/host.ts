/** Was the machine disturbed from outside? Pressure and steal outside of fault phases, where the disturbance is not ours. */
import { counted, formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { PhaseEvidence, Series, TrialEvidence } from "../../evidence/evidence.ts";
import { counterAt, increase } from "../counters.ts";
import { durationOf, endOf } from "../measure.ts";
import type { Check } from "../parts.ts";

interface Source {
  readonly title: string;
  readonly metric: string;
  /** Of the counter in a millisecond; `cpu`: on each processor; `instance`: of the one that has most. */
  readonly perMs: number;
  readonly per: "host" | "cpu" | "instance";
  /** Share of time above which a trial is disturbed; null: told, and decides nothing. */
  readonly limit: number | null;
}

/**
 * Arms are interleaved and intervals are taken from what the trials did, so noise costs certainty and does not favour an arm. Beyond these
 * limits trials measure their neighbours. Pressure of the whole machine counts every task that waits, also those of low priority that
 * take nothing from what is measured; so the time that the instances themselves waited for a CPU decides, where there are any. Measured on
 * 2 cores with the demo: 3 to 32 % in the worst trial when nothing else runs, 40 to 50 % beside two busy neighbours. In 20
 * demos beside neighbours of low priority the worst trial had 21 to 61 %, and the estimate of one and the same change stayed at +285 to +316 %.
 */
const waited: Source = {
  title: "instances waited for a CPU",
  metric: "runqueue.wait",
  perMs: 1,
  per: "instance",
  limit: 0.3,
};
export const pressed: Source = { title: "CPU pressure", metric: "host.psi.cpu", perMs: 1000, per: "host", limit: 0.8 };
export const shortOfMemory: Source = {
  title: "memory pressure",
  metric: "host.psi.memory",
  perMs: 1000,
  per: "host",
  limit: 0.1,
};
export const stolen: Source = { title: "steal", metric: "host.steal", perMs: 1, per: "cpu", limit: 0.25 };
const others: readonly Source[] = [
  shortOfMemory,
  // What waits for a disk may have nothing to do with the target.
  { title: "I/O pressure", metric: "host.psi.io", perMs: 1000, per: "host", limit: null },
  stolen,
];
/** Before the text of a check that keeps a run from being decided. */
export const TOO_NOISY = "too noisy to decide: ";
/** The run is noisy when of every arm more than this share of the trials was disturbed: one arm alone may have disturbed itself. */
const disturbedTrials = 1 / 3;

/** Somebody else's service has no instances here. */
function sourcesFor(trials: readonly TrialEvidence[]): readonly Source[] {
  const own = trials.some((it) => it.events.some(({ type }) => type === "instance.start"));
  const seen =
    own && trials.some((it) => it.series(waited.metric).some(({ t }) => t.length > 1)) && !trials.some(othersWork);
  return [...(own ? [waited] : []), { ...pressed, limit: seen ? null : pressed.limit }, ...others];
}

/** Processes that instances started do what they are there for, and how long these wait is not read. */
const othersWork = (trial: TrialEvidence): boolean => {
  const taken = (metric: string) => increase(trial.series(metric), calmIn(trial), "zero");
  return taken("cpu.children") > taken("cpu.time");
};

/** `cpus`: how many processors the machine has. */
export function hostCheck(trials: readonly TrialEvidence[], cpus: number): Check[] {
  if (trials.length === 0) return [];
  const sources = sourcesFor(trials);
  const readings = sources.flatMap((source) => {
    const shares = trials.flatMap((trial) => {
      const share = shareOf(trial, calmIn(trial), source, cpus);
      return share === null ? [] : [{ arm: trial.arm, share, over: source.limit !== null && share > source.limit }];
    });
    const most = shares.reduce((sum, it) => Math.max(sum, it.share), 0);
    return shares.length === 0 ? [] : [{ ...source, shares, disturbed: shares.filter((it) => it.over).length, most }];
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
  const noisy = readings.some(({ shares }) =>
    [...Map.groupBy(shares, (it) => it.arm).values()].every(
      (arm) => arm.filter((it) => it.over).length > disturbedTrials * arm.length,
    ),
  );
  const unseen =
    blind.length > 0 ? `; not sampled: ${blind.map((it) => it.title).join(", ")} (${whyBlind(trials, blind)})` : "";
  return [
    {
      status: any || blind.length > 0 ? "warning" : "ok",
      title: "Host",
      text: `${noisy ? TOO_NOISY : ""}${[...told, ...loadTold(trials, cpus)].join(", ")}${unseen}`,
      ...(noisy ? { inconclusive: true as const } : {}),
    },
  ];
}

/** What runs here counts in it, too, so it decides nothing. */
function loadTold(trials: readonly TrialEvidence[], cpus: number): string[] {
  const readings = trials.flatMap((it) => it.series("host.load").flatMap(({ x }) => [...x]));
  if (readings.length === 0) return [];
  const most = readings.reduce((a, b) => Math.max(a, b));
  return [`load up to ${most.toFixed(1)} on ${counted(cpus, "processor")}`];
}

const whyBlind = (trials: readonly TrialEvidence[], blind: readonly Source[]): string =>
  [
    ...new Set(
      blind.map(
        ({ metric }) =>
          trials.map((it) => it.absent(metric, endOf(calmIn(it)))).find((it) => it !== null) ?? "too few readings",
      ),
    ),
  ].join("; ");

/** The judged phases; those without faults, where there are any. */
function calmIn({ phases }: TrialEvidence): readonly PhaseEvidence[] {
  const calm = phases.filter((it) => !it.warmup && it.faults.length === 0);
  return calm.length > 0 ? calm : phases;
}

/** Share of the time of the phases. Null without readings, or when these end before. */
export function shareOf(
  trial: Pick<TrialEvidence, "series" | "absent">,
  phases: readonly PhaseEvidence[],
  { metric, perMs, per }: Pick<Source, "metric" | "perMs" | "per">,
  cpus: number,
): number | null {
  const all = trial.series(metric).filter((it) => it.t.length > 1);
  const ms = durationOf(phases);
  if (all.length === 0 || ms <= 0 || trial.absent(metric, endOf(phases)) !== null) return null;
  const grown = (series: Series): number =>
    phases.reduce((sum, { start, end }) => {
      const first = series.x[0] ?? 0;
      return sum + counterAt(series, end, first) - counterAt(series, start, first);
    }, 0);
  return Math.max(...all.map(grown)) / perMs / (per === "cpu" ? cpus : 1) / ms;
}
