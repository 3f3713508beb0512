/** A record of a whole search on disk, made without running anything: the real machine chooses, a queue that is known by its formula answers. */
import { basename } from "node:path";
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { stepFrom } from "../../reports/steer/search/from-record.ts";
import { judge } from "../../reports/verdict/judge.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { trialAt } from "../../runner/orchestrate/points.ts";
import type { TrialPhase } from "../../runner/orchestrate/schedule.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { Arm, Scenario } from "../../runner/record/scenario.ts";
import type { Point, SearchSpec } from "../../runner/record/search.ts";
import type { TrialWriter } from "../../runner/record/trial-writer.ts";
import { createRecord, type RecordWriter } from "../../runner/record/writer.ts";
import { seeded } from "../../runner/shared/random.ts";
import { condition, fakeScenario } from "./fake-scenario.ts";
import { gauss } from "./fake-trial.ts";
import { scratch } from "./scratch.ts";
import { rateSearch } from "./search-target.ts";
import { virtualHost } from "./virtual-host.ts";

export interface FakeSearch {
  readonly search?: Partial<SearchSpec>;
  readonly scenario?: (scenario: Scenario) => Scenario;
  /** Requests a second that the queue bears in a trial, but for its noise. */
  readonly capacity?: (point: Point) => number;
  /** Of the logarithm of a trial's capacity. */
  readonly noise?: number;
  /** Send-time error at p99, ms: above 50 the generator is at fault. */
  readonly lagMs?: (point: Point) => number;
  /** Of a core that the generator used; above 0.8 it is at fault. */
  readonly cpu?: (point: Point) => number;
  /** Share of the time that an instance waited for a CPU, and of the machine that other programs took; nothing is sampled without. */
  readonly waits?: (point: Point) => { readonly waited: number; readonly others: number };
  /** What the engine could not give in a trial, as in its declaration. */
  readonly lacks?: (point: Point) => readonly string[];
  /** Trials in which a worker gave up. */
  readonly loses?: (point: Point) => boolean;
  /** Trials that an abort rule ends. */
  readonly aborts?: (point: Point) => boolean;
  /** Faults that do not land. */
  readonly notLanded?: boolean;
  /** The run is cut off after so many trials. */
  readonly cutAfter?: number;
}

const usual = 300;
const SERVICE_MS = 10;

export function searchScenario(given: FakeSearch = {}): Scenario {
  const plain = fakeScenario({ arms: ["candidate"], faults: false, gates: [], rate: 50 });
  const scenario: Scenario = {
    ...plain,
    name: "shop-capacity",
    description: "How many requests a second three instances bear.",
    phases: [
      { name: "warmup", durationMs: 1000, warmup: true, load: null, faults: [] },
      { name: "steady", durationMs: 10_000, warmup: false, load: null, faults: [] },
    ],
    trials: { seed: 1, count: 100 },
    gates: [condition({ metric: "capacity.rate", min: 250 })],
    search: rateSearch({
      goals: [
        {
          name: "goal",
          while: [condition({ metric: "latency.p99", max: 250 }), condition({ metric: "errors.ratio", max: 0.001 })],
        },
      ],
      trials: 100,
      soakMs: 60_000,
      ...given.search,
    }),
  };
  return given.scenario?.(scenario) ?? scenario;
}

/** One instance dies in a phase of its own. */
export const withHeadroom = {
  scenario: (it: Scenario): Scenario => ({
    ...it,
    phases: [...it.phases, { name: "kill", durationMs: 5000, warmup: false, load: null, faults: ["one-dies"] }],
    faults: [
      {
        ...{ name: "one-dies", kind: "pod-kill", nature: "one-shot", target: "shop", phase: "kill" },
        ...{ atMs: 500, forMs: null, recovered: null, options: {} },
      },
    ],
  }),
  search: { headroom: { fault: "one-dies", while: [condition({ metric: "latency.p99", max: 500, phase: "kill" })] } },
} as const;

/** Returns the run's folder. */
export function fakeSearch(root: string, given: FakeSearch = {}): string {
  const scenario = searchScenario(given);
  const time = { now: 1_000_000 };
  const run: RunFile = {
    schema: 1,
    id: "20261121T0912Z-k3f",
    scenario,
    source: `name: ${scenario.name}\n`,
    zero: time.now,
    startedAt: "2026-11-21T09:12:00.000Z",
    order: [],
    versions: { shakedown: "0.1.0", node: "v24.21.0" },
    host: { platform: "linux", kernel: "6.18.0", cpus: 2, cpuModel: "Imaginary 2000", memory: 24 * 2 ** 30 },
    environment: { kernel: "6.18.0", cpu: "Imaginary 2000" },
    command: ["shakedown", "run", "scenarios/capacity.yaml"],
  };
  const record = createRecord(virtualHost(time), { root, run });
  record.journal({ type: "run.start", run: run.id, at: run.startedAt });
  for (let index = 1; index <= 300; index++) {
    const step = stepFrom(loadEvidence(record.dir));
    if (step.kind === "stop") {
      record.journal({ type: "search.end", end: step.end, text: step.text });
      record.journal({ type: "run.end", status: "completed", reason: null });
      break;
    }
    if (index > (given.cutAfter ?? 300)) break;
    record.journal({ type: "block.start", block: index, order: ["candidate"] });
    fakePoint(record, given, { index, point: step.point, time });
    record.journal({ type: "block.end", block: index });
  }
  record.close();
  return record.dir;
}

interface Made {
  readonly index: number;
  readonly point: Point;
  readonly time: { now: number };
}

function fakePoint(record: RecordWriter, given: FakeSearch, { index, point, time }: Made): void {
  const { scenario } = record.run;
  const writer = record.trial(index, "candidate");
  const { arm, phases } = trialAt(scenario, scenario.search as SearchSpec, scenario.arms[0] as Arm, point);
  record.journal({ type: "trial.start", trial: index, block: index, arm: arm.name, dir: basename(writer.dir) });
  record.journal({ type: "search.point", trial: index, ...point });
  record.journal({
    type: "load.ready",
    trial: index,
    ...{ workers: 1, stamp: "intended", binMs: 100, histogramError: 0.001, lacks: given.lacks?.(point) ?? [] },
  });
  time.now += 500;
  const random = seeded(scenario.trials.seed, `fake point ${index}`);
  const capacity = (given.capacity?.(point) ?? usual) * Math.exp(gauss(random) * (given.noise ?? 0.012));
  const lagMs = given.lagMs?.(point) ?? 0.6;
  const loadStart = Math.ceil(time.now - record.zero);
  let start = loadStart;
  for (const phase of phases) {
    const end = start + phase.durationMs;
    const usualRate = arm.load.model.kind === "open" ? arm.load.model.rate : 0;
    const rate = phase.load?.kind === "open" ? phase.load.to : usualRate;
    const { name, of = name, warmup, window } = phase;
    record.journal({
      ...{ type: "phase", trial: index, phase: name, start, end, rate },
      ...(of === name ? {} : { of }),
      ...(warmup ? { warmup: true as const } : {}),
      ...(window === undefined ? {} : { window }),
    });
    for (const fault of phase.faults) strike(record, index, fault, given.notLanded === true);
    load(writer, phase, { rate, capacity, at: start - loadStart, lagMs, cpu: given.cpu?.(point) ?? 0.2 });
    start = end;
  }
  const waits = given.waits?.(point);
  if (waits !== undefined)
    sampled(writer, { from: loadStart - 500, to: start + 100, cpus: record.run.host.cpus }, waits);
  time.now = record.zero + start + 200;
  const reason = "k6 began fewer iterations than were asked for";
  if (given.loses?.(point) === true) record.journal({ type: "load.lost", trial: index, worker: 0, reason });
  record.journal({ type: "load.done", trial: index, totals: {} });
  writer.close();
  record.journal({ type: "trial.end", trial: index, ...endOf(given, point, reason) });
}

function endOf({ loses, aborts }: FakeSearch, point: Point, lost: string) {
  if (loses?.(point) === true) return { outcome: "broken", reason: `load worker 0: ${lost}` } as const;
  return aborts?.(point) === true
    ? ({ outcome: "failed", reason: "errors.ratio stayed above 50 %" } as const)
    : ({ outcome: "ok", reason: null } as const);
}

/** Counters once a second. The instance used a third of a core, and the worker what it tells itself. */
function sampled(
  writer: TrialWriter,
  { from, to, cpus }: { readonly from: number; readonly to: number; readonly cpus: number },
  { waited, others }: { readonly waited: number; readonly others: number },
): void {
  const t = Array.from({ length: Math.ceil((to - from) / 1000) + 1 }, (_, i) => from + i * 1000);
  const put = (metric: string, labels: Readonly<Record<string, string>>, perMs: number) =>
    writer.series({ v: 1, metric, labels, t, x: t.map((it) => perMs * (it - from)) });
  const instance = { target: "shop", instance: "shop-1", pid: "4711" };
  put("cpu.time", instance, 1 / 3);
  put("runqueue.wait", instance, waited);
  put("host.cpu", {}, 1 / 3 + 0.2 + others * cpus);
}

function strike(record: RecordWriter, trial: number, name: string, missed: boolean): void {
  const of = { trial, fault: name, target: "shop", instance: "shop-1" };
  record.journal({ type: "fault.intent", ...of, does: "kill it", undo: "nothing" });
  record.journal({ type: "fault.applied", ...of });
  if (missed) record.journal({ type: "fault.not-landed", ...of, reason: "the pid was still there" });
  else record.journal({ type: "fault.acknowledged", ...of, evidence: { grade: "A", text: "the pid is gone" } });
  record.journal({ type: "fault.reverted", ...of });
}

interface Offered {
  readonly rate: number;
  readonly capacity: number;
  /** ms since the load's start. */
  readonly at: number;
  readonly lagMs: number;
  readonly cpu: number;
}

/** Waiting times of a queue below its capacity, a backlog that grows above it. */
function load(
  writer: TrialWriter,
  { name, durationMs }: TrialPhase,
  { rate, capacity, at, lagMs, cpu }: Offered,
): void {
  const busy = rate / capacity;
  const count = Math.round((rate * durationMs) / 1000);
  const times = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
  });
  const steps = 200;
  for (let i = 0; i < steps; i++) {
    const u = (i + 0.5) / steps;
    const wait = -Math.log(1 - u) * (SERVICE_MS / 4) * (busy / Math.max(0.03, 1 - busy));
    const backlog = busy <= 1 ? 0 : u * (busy - 1) * durationMs;
    const share = Math.floor((count * (i + 1)) / steps) - Math.floor((count * i) / steps);
    if (share > 0) times.recordValueWithCount(Math.round(1000 * (SERVICE_MS + wait + backlog)), share);
  }
  const encoded = encodeIntoCompressedBase64(times);
  const line = { v: 1, type: "histogram", phase: name, t: 0, request: "checkout", outcome: "ok", count } as const;
  writer.latency({ ...line, response: encoded, service: encoded });
  for (let t = 0; t < durationMs; t += 1000) {
    const due = Math.round((rate * Math.min(1000, durationMs - t)) / 1000);
    writer.latency({ v: 1, type: "bin", t: at + t, due, counts: { ok: due }, slow: 0 });
    const inFlight = busy <= 1 ? 3 : Math.round((rate - capacity) * (t / 1000));
    writer.latency({
      ...{ v: 1, worker: 0, type: "self", t: at + t + 900, cpu, loopP99: 1.2, lagP50: lagMs / 3, lagP99: lagMs },
      ...{ inFlight, connections: 10, rss: 80e6 },
    });
  }
}

/** What is judged of a whole search with headroom: three of four trials at a load have to be good. */
export function capacityJudgement(): Judgement {
  using folder = scratch();
  const dir = fakeSearch(folder.dir, {
    scenario: (it) => ({
      ...withHeadroom.scenario(it),
      gates: [...it.gates, condition({ metric: "capacity.headroom", min: 190 })],
    }),
    search: { ...withHeadroom.search, exceed: 1 / 4, repeat: 4 },
    capacity: ({ purpose }) => (purpose === "headroom" ? 205 : usual),
  });
  return judge(loadEvidence(dir));
}
