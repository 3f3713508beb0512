/** One trial of a record as evidence. */
import { basename, join } from "node:path";
import type { JournalLine } from "../../runner/record/events.ts";
import type {
  BinLine,
  CheckLine,
  Declaration,
  FlowLine,
  HistogramLine,
  LatencyLine,
  LoadLine,
  MeasuredLine,
  RequestLine,
  SelfLine,
} from "../../runner/record/load-lines.ts";
import { lostInWords } from "../../runner/record/lost-worker.ts";
import { readLatency, readSeries } from "../../runner/record/reader.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { binsOf } from "./bins.ts";
import type { PhaseEvidence, TrialEvidence } from "./evidence.ts";
import { faultsOf } from "./faults.ts";
import { measuredOf } from "./measured.ts";
import { ofType } from "./of-type.ts";
import { requestsOf } from "./requests.ts";
import { type Off, seriesIndex } from "./series.ts";
import { servedBy } from "./served.ts";

type Started = Extract<JournalLine, { type: "trial.start" }>;

/** Until a worker declares otherwise. */
const usualBinMs = 100;

/** @param events the trial's own, in order */
export function trialEvidence(
  dir: string,
  run: RunFile,
  started: Started,
  events: readonly JournalLine[],
): { readonly trial: TrialEvidence; readonly damage: readonly string[] } {
  const of = ofType(events);
  // Only the last part: a record never points outside of its own folder.
  const folder = basename(started.dir);
  const phases = of("phase").map((it): PhaseEvidence => {
    const declared = run.scenario.phases.find((phase) => phase.name === (it.of ?? it.phase));
    const { warmup, faults } = declared ?? { warmup: it.warmup ?? false, faults: [] };
    const { phase: name, start, end, of, rate, window } = it;
    return {
      ...{ name, warmup, faults, start, end },
      ...(of === undefined ? {} : { of }),
      ...(rate === undefined ? {} : { rate }),
      ...(window === undefined ? {} : { window }),
    };
  });
  const ready = of("load.ready").at(-1);
  const searched = of("search.point").at(-1);
  const latency = readLatency(join(dir, folder));
  const series = readSeries(join(dir, folder));
  const every = ready?.binMs ?? usualBinMs;
  const load = run.scenario.arms.find((it) => it.name === started.arm)?.load;
  const durationMs = (phases.at(-1)?.end ?? 0) - (phases[0]?.start ?? 0);
  const named = [...linesOf<HistogramLine>(latency.lines, "histogram"), ...linesOf<FlowLine>(latency.lines, "flow")];
  const requests = requestsOf(named, phases, load?.timeoutMs ?? 0, (name) => stepsOf(load, name));
  const bins = binsOf(linesOf<BinLine>(latency.lines, "bin"), every, durationMs);
  const end = of("trial.end").at(-1);
  const off = new Map([
    ...of("sampler.off").map((it): [string, Off] => [it.sampler, { since: it.t, why: it.reason }]),
    ...run.scenario.samplers.off.map((it): [string, Off] => [
      it,
      { since: 0, why: "the scenario says so (samplers.off)" },
    ]),
  ]);
  const damage = [
    // A trial that was cut off before its load has no lines yet.
    ...[...latency.damage, ...series.damage].filter((it) => end?.outcome === "ok" || !it.endsWith("is missing")),
    ...(requests.unreadable > 0 ? [`latency.ndjson: ${requests.unreadable} histograms can't be decoded`] : []),
  ];
  const trial: TrialEvidence = {
    index: started.trial,
    block: started.block,
    arm: started.arm,
    outcome: end?.outcome ?? null,
    reason: end?.reason ?? null,
    ...pointOf(searched),
    loadStart: phases[0]?.start ?? null,
    phases,
    // Only the trials of a search's headroom have its fault.
    faults:
      searched !== undefined && searched.purpose !== "headroom"
        ? []
        : faultsOf({ scenario: run.scenario, events, phases, bins, requests }),
    declaration: ready ? declarationOf(ready, of("load.done").at(-1)?.lacks ?? []) : null,
    requests: requests.select,
    checks: linesOf<CheckLine>(latency.lines, "check"),
    measured: measuredOf(linesOf<MeasuredLine>(latency.lines, "measured")),
    bins,
    seconds: requests.seconds,
    singles: linesOf<RequestLine>(latency.lines, "request"),
    servedBy: servedBy(events, load?.target ?? ""),
    self: linesOf<SelfLine>(latency.lines, "self").map((it) => ({ ...it, worker: it.worker ?? 0 })),
    lostWorkers: of("load.lost").map(lostInWords),
    ...seriesIndex(series.lines, off, run.scenario.samplers.everyMs),
    events,
  };
  return { trial, damage: damage.map((it) => `${folder}/${it}`) };
}

const stepsOf = (load: LoadSpec | undefined, name: string): number =>
  load?.flows?.find((it) => it.name === name)?.steps.filter((it) => "request" in it).length ?? 1;

function pointOf(event: Extract<JournalLine, { type: "search.point" }> | undefined): Pick<TrialEvidence, "point"> {
  if (event === undefined) return {};
  const { purpose, goal, value, above, why, known } = event;
  return { point: { purpose, goal, value, above, why, known } };
}

const linesOf = <Line extends LoadLine>(
  lines: readonly LatencyLine[],
  type: LatencyLine["type"],
): readonly (Line & Pick<LatencyLine, "worker">)[] => lines.filter((it): it is LatencyLine & Line => it.type === type);

/** @param late what the workers only knew at the end */
const declarationOf = (ready: Extract<JournalLine, { type: "load.ready" }>, late: readonly string[]): Declaration => ({
  stamp: ready.stamp,
  binMs: ready.binMs,
  histogramError: ready.histogramError,
  ...(ready.cores === undefined ? {} : { cores: ready.cores }),
  // `latency: the reason`
  lacks: Object.fromEntries(
    [...ready.lacks, ...late].map((it) => {
      const [metric = it, ...why] = it.split(": ");
      return [metric, why.join(": ") || "the engine does not give it"];
    }),
  ),
});
