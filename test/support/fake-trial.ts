/** One trial of a fake record: phases, faults, requests drawn one by one, and what the samplers would have seen. */
import { build, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Outcome } from "../../runner/record/outcomes.ts";
import { preFaultPhase, slowThresholdUs } from "../../runner/record/recovery.ts";
import type { FaultSpec, LoadSpec, Phase } from "../../runner/record/scenario.ts";
import type { TrialWriter } from "../../runner/record/trial-writer.ts";
import type { RecordWriter } from "../../runner/record/writer.ts";
import { fakeSeries, pidOf } from "./fake-series.ts";

/** Factors over what is normal here: p50 10 ms, recovery 1.2 s, CPU 2 ms a request … */
export interface ArmTruth {
  readonly p50: number;
  /** Of the 2 % of requests that are slow anyhow. */
  readonly tail: number;
  /** Share of requests that fail. */
  readonly errors: number;
  readonly cpu: number;
  readonly memory: number;
  readonly gc: number;
  readonly recovery: number;
}

export interface FakeTrial {
  readonly trial: number;
  readonly random: () => number;
  readonly truth: ArmTruth;
  readonly time: { now: number };
  readonly notLanded: readonly string[];
}

export interface Placed {
  readonly phase: Phase;
  /** Run clock. */
  readonly start: number;
  readonly end: number;
}

/** When a fault is felt, ms on the run clock: `slow` of the requests get `delay` ms more, `fail` of them fail. */
interface Hit {
  readonly spec: FaultSpec;
  readonly at: number;
  readonly until: number;
  readonly slow: number;
  readonly delay: number;
  readonly failUntil: number;
  readonly fail: number;
}

export function fakeTrial(record: RecordWriter, writer: TrialWriter, given: FakeTrial): void {
  const { scenario } = record.run;
  const { trial, time, truth } = given;
  const [first] = scenario.arms;
  if (!first) return;
  const at = (t: number) => {
    time.now = record.zero + t;
  };
  time.now += 200;
  for (const target of first.targets) {
    const instances = target.kind === "process" ? target.instances : 1;
    for (let i = 0; i < instances; i++) {
      const id = { trial, target: target.name, instance: `${target.name}-${i}` };
      record.journal({
        type: "instance.start",
        ...id,
        pid: pidOf(trial, target.name, i),
        port: 20_000 + i,
        again: false,
      });
      time.now += 100;
      record.journal({ type: "instance.ready", ...id });
    }
    const list = Array.from({ length: clients }, (_, i) => ({
      client: portOf(i),
      instance: `${target.name}-${i % instances}`,
    }));
    record.journal({ type: "connections", trial, target: target.name, list });
    const place = { target: target.name, host: "127.0.0.1", port: 19_000, instances };
    record.journal({ type: "target.ready", trial, ...place, confinement: "cgroup-v1" });
  }
  record.journal({
    type: "load.ready",
    trial,
    ...{ workers: 1, stamp: "intended", binMs: 100, histogramError: 0.001, lacks: [] },
  });
  time.now += 100;
  const loadStart = Math.ceil(time.now - record.zero);
  let next = loadStart;
  const placed: Placed[] = scenario.phases.map((phase) => {
    const start = next;
    next += phase.durationMs;
    return { phase, start, end: next };
  });
  const hits = placed.flatMap(({ phase, start, end }) =>
    phase.faults.flatMap((name) => {
      const spec = scenario.faults.find((it) => it.name === name);
      return spec && !given.notLanded.includes(name) ? [hitOf(spec, start + spec.atMs, end, truth)] : [];
    }),
  );
  const requests = draw(placed, hits, first.load, given);
  const slowOf = (spec: FaultSpec): number => {
    const calm = preFaultPhase(scenario, spec)?.name;
    const times = requests.filter((it) => it.phase === calm && it.outcome === "ok").map((it) => it.us);
    return slowThresholdUs(spec, times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? 1);
  };

  const thresholds: { from: number; us: number }[] = [];
  for (const { phase, start, end } of placed) {
    at(start);
    record.journal({ type: "phase", trial, phase: phase.name, start, end });
    for (const name of phase.faults) {
      const spec = scenario.faults.find((it) => it.name === name);
      if (!spec) continue;
      at(start + spec.atMs - 20);
      const slowUs = slowOf(spec);
      thresholds.push({ from: start + spec.atMs - 20, us: slowUs });
      record.journal({ type: "fault.slow", trial, fault: name, slowUs });
      journalFault(record, given, spec, start + spec.atMs, end);
    }
  }
  at(next + 50);
  const load = { trial, totals: { due: requests.length, sent: requests.length } };
  record.journal({ type: "load.done", ...load });
  writeLoad(writer, requests, placed, thresholds, loadStart);
  writeSingles(writer, requests, loadStart);
  fakeSeries(writer, {
    ...given,
    scenario,
    placed,
    dead: hits.filter((it) => it.failUntil > it.at),
    ok: requests.length,
  });
  at(next + 200);
}

function hitOf(spec: FaultSpec, at: number, phaseEnd: number, { recovery }: ArmTruth): Hit {
  switch (spec.kind) {
    case "latency":
      return { spec, at, until: at + (spec.forMs ?? phaseEnd - at), slow: 1, delay: 100, failUntil: at, fail: 0 };
    case "memory-pressure":
      return {
        spec,
        at: at + 800,
        until: at + 800 + 1500 * recovery,
        slow: 0.5,
        delay: 80,
        failUntil: at + 1000,
        fail: 0.3,
      };
    default:
      return { spec, at, until: at + 1200 * recovery, slow: 0.5, delay: 80, failUntil: at + 200, fail: 0.3 };
  }
}

function journalFault(record: RecordWriter, given: FakeTrial, spec: FaultSpec, start: number, phaseEnd: number): void {
  const { trial, time } = given;
  const at = (t: number) => {
    time.now = record.zero + t;
  };
  const instance = spec.kind === "latency" ? "link" : `${spec.target}-1`;
  const of = { trial, fault: spec.name, target: spec.target, instance };
  at(start);
  record.journal({ type: "fault.intent", ...of, does: `${spec.kind} on ${instance}`, undo: "nothing" });
  record.journal({ type: "fault.leased", ...of, lease: "0001" });
  record.journal({ type: "fault.applied", ...of });
  const end = spec.forMs === null ? phaseEnd : start + spec.forMs;
  if (given.notLanded.includes(spec.name)) {
    at(end - 1);
    record.journal({ type: "fault.not-landed", ...of, reason: "the pid was still there" });
  } else {
    at(start + (spec.kind === "memory-pressure" ? 800 : 5));
    const grade = spec.kind === "latency" ? "B" : "A";
    record.journal({
      type: "fault.acknowledged",
      ...of,
      evidence: { grade, text: `${spec.kind} was seen on ${instance}` },
    });
    if (spec.kind !== "latency") journalDeath(record, given, of);
  }
  if (spec.kind !== "pod-kill") at(end);
  record.journal({ type: "fault.reverting", ...of });
  record.journal({ type: "fault.reverted", ...of });
  record.journal({ type: "fault.released", ...of });
}

function journalDeath(
  record: RecordWriter,
  { trial, truth, time }: FakeTrial,
  { target, instance }: { readonly target: string; readonly instance: string },
): void {
  const of = { trial, target, instance };
  record.journal({
    type: "instance.exit",
    ...of,
    pid: pidOf(trial, target, 1),
    code: null,
    signal: "SIGKILL",
    output: "",
  });
  time.now += 500;
  record.journal({ type: "instance.start", ...of, pid: pidOf(trial, target, 1, 1), port: 20_001, again: true });
  time.now += 700 * truth.recovery;
  record.journal({ type: "instance.ready", ...of });
}

/** Client ports, one keep-alive connection each, that go to the instances in turn. */
const clients = 12;
const portOf = (client: number): number => 40_000 + client;

interface Drawn {
  readonly phase: string;
  readonly request: string;
  readonly outcome: Outcome;
  /** Run clock, ms. */
  readonly due: number;
  readonly us: number;
}

function draw(placed: readonly Placed[], hits: readonly Hit[], load: LoadSpec, { random, truth }: FakeTrial): Drawn[] {
  const rate = load.model.kind === "open" ? load.model.rate : 200;
  const out: Drawn[] = [];
  for (const { phase, start, end } of placed) {
    const gap = () => (-Math.log(1 - random()) / rate) * 1000;
    for (let due = start + gap(); due < end; due += gap()) {
      const tail = random() < 0.02 ? 4 * truth.tail : 1;
      const base = 10 * truth.p50 * Math.exp(0.25 * gauss(random)) * tail;
      const hit = hits.find((it) => due >= it.at && due < it.until);
      const failed = (hit && due < hit.failUntil && random() < hit.fail) || random() < truth.errors;
      const slowed = hit && random() < hit.slow ? hit.delay : 0;
      const request = load.requests[Math.floor(random() * load.requests.length)]?.name ?? "request";
      const us = Math.round((base + slowed) * 1000);
      out.push({ phase: phase.name, request, outcome: failed ? "reset" : "ok", due, us });
    }
  }
  return out;
}

const histogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 2, numberOfSignificantValueDigits: 3, autoResize: true });

function writeLoad(
  writer: TrialWriter,
  requests: readonly Drawn[],
  placed: readonly Placed[],
  thresholds: readonly { readonly from: number; readonly us: number }[],
  loadStart: number,
): void {
  const starts = new Map(placed.map((it) => [it.phase.name, it.start]));
  const cells = Map.groupBy(requests, (it) => {
    const second = Math.floor((it.due - (starts.get(it.phase) ?? 0)) / 1000);
    return JSON.stringify([it.phase, second * 1000, it.request, it.outcome]);
  });
  for (const [key, cell] of cells) {
    const [phase, t, request, outcome] = JSON.parse(key) as [string, number, string, Outcome];
    const times = histogram();
    for (const it of cell) times.recordValue(it.us);
    const encoded = encodeIntoCompressedBase64(times);
    const line = { v: 1, type: "histogram", phase, t, request, outcome, count: cell.length } as const;
    writer.latency({ ...line, response: encoded, service: encoded });
  }
  const bins = Map.groupBy(requests, (it) => Math.floor((it.due - loadStart) / 100) * 100);
  for (const [t, bin] of bins) {
    const threshold = (due: number) => thresholds.findLast((it) => it.from <= due)?.us ?? Number.POSITIVE_INFINITY;
    const counts = Object.fromEntries(
      [...Map.groupBy(bin, (it) => it.outcome)].map(([name, all]) => [name, all.length]),
    );
    const slow = bin.filter((it) => it.outcome === "ok" && it.us > threshold(it.due)).length;
    writer.latency({ v: 1, type: "bin", t, due: bin.length, counts, slow });
  }
  const seconds = Math.ceil(((placed.at(-1)?.end ?? loadStart) - loadStart) / 1000);
  for (let s = 1; s <= seconds; s++) {
    const lags = { lagP50: 0.2, lagP99: 0.6, loopP99: 1.2 };
    writer.latency({
      ...{ v: 1, worker: 0, type: "self", t: s * 1000, cpu: 0.2, ...lags },
      ...{ inFlight: 3, connections: 10, rss: 80e6, descriptors: 32, descriptorLimit: 1024, localPorts: 28_232 },
    });
  }
}

/** Of every second the slowest request, and each 20th as the random sample; connections take the requests in turn. */
function writeSingles(writer: TrialWriter, requests: readonly Drawn[], loadStart: number): void {
  const numbered = requests.map((it, i) => ({ ...it, i, random: i % 20 === 0 }));
  for (const second of Map.groupBy(numbered, (it) => Math.floor((it.due - loadStart) / 1000)).values()) {
    const slowest = second.reduce((a, b) => (b.us > a.us ? b : a));
    for (const it of new Set([slowest, ...second.filter(({ random }) => random)])) {
      const { phase, request, outcome, us } = it;
      const [due, port] = [it.due - loadStart, portOf(it.i % clients)];
      writer.latency({
        ...{ v: 1, worker: 0, type: "request", phase, request, outcome, due, sent: due, end: due + us / 1000, port },
        ...(it.random ? { random: true } : {}),
      });
    }
  }
}

/** Standard normal (Box-Muller). */
export const gauss = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
