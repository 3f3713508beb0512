/** The metric registry: unit, direction, scale and kind of every metric that a condition may name. */
import type { Unit } from "../shared/quantities.ts";
import type { Condition } from "./scenario.ts";
import { statOf } from "./script-metrics.ts";
import type { Axis } from "./search.ts";

export type MetricKind =
  | "latency"
  | "throughput"
  | "cpu"
  | "errors"
  | "recovery"
  | "share"
  | "memory"
  | "slope"
  | "count"
  | "scaling"
  | "gc"
  | "script";

export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  /** ratio: compared as candidate / baseline; difference: compared in the metric's own unit. */
  readonly scale: "ratio" | "difference";
  readonly kind: MetricKind;
  /** What it is measured over: requests may be filtered by name, faults need `fault:`, targets take `target:`, searches `goal:`. */
  readonly over: "requests" | "fault" | "target" | "generator" | "search";
  /** Smallest change that can matter, in the unit: where a relative margin comes to less, this is the margin. Zero: none. */
  readonly floor: number;
  /** False: understood and shown, but a condition on it is always advisory. */
  readonly gateable: boolean;
  readonly help: string;
}

const quantiles = ["p50", "p75", "p90", "p95", "p99", "p99.9", "max"] as const;

const latency = (prefix: "latency" | "service", title: string, help: string): Metric[] =>
  [...quantiles, "mean" as const].map((q) => ({
    name: `${prefix}.${q}`,
    title: `${title} ${q}`,
    unit: "ms",
    better: "lower",
    scale: "ratio",
    kind: "latency",
    over: "requests",
    // Timers of clients and services tick more coarsely.
    floor: 0.1,
    gateable: q !== "max",
    help,
  }));

const metric = (
  name: string,
  title: string,
  unit: Unit,
  better: Metric["better"],
  scale: Metric["scale"],
  kind: MetricKind,
  over: Metric["over"],
  help: string,
): Metric => ({ name, title, unit, better, scale, kind, over, floor: floors[name] ?? 0, gateable: true, help });

/** Below these, what is measured is the accounting of the kernel. */
const floors: Readonly<Record<string, number>> = {
  "cpu.per-request": 0.005,
  "cpu.cores": 0.005,
  "memory.peak": 2 ** 20,
};

export const metrics: readonly Metric[] = [
  ...latency(
    "latency",
    "Response time",
    "from the intended start; timed-out, unanswered and dropped requests count at the timeout",
  ),
  ...latency("service", "Service time", "from the actual send to the last byte, ok responses"),
  metric(
    "errors.ratio",
    "Error ratio",
    "ratio",
    "lower",
    "difference",
    "errors",
    "requests",
    "requests not answered with 1xx to 3xx, or not as their check says, over requests due",
  ),
  metric("throughput", "Throughput", "1/s", "higher", "ratio", "throughput", "requests", "ok responses per second"),
  metric(
    "dropped.ratio",
    "Dropped requests",
    "ratio",
    "lower",
    "difference",
    "errors",
    "requests",
    "due but never sent: in-flight limit reached",
  ),
  metric(
    "recovery.time",
    "Recovery",
    "ms",
    "lower",
    "difference",
    "recovery",
    "fault",
    "from acknowledged apply (one-shot) or revert (lasting) until normal for 2 s; censored ranks worst",
  ),
  metric(
    "effect.delay",
    "Time to effect",
    "ms",
    "lower",
    "difference",
    "recovery",
    "fault",
    "from acknowledged apply to the first affected bin",
  ),
  metric(
    "oom.kills",
    "OOM kills",
    "count",
    "lower",
    "difference",
    "count",
    "target",
    "instances killed by the kernel's OOM killer",
  ),
  metric(
    "restarts",
    "Restarts",
    "count",
    "lower",
    "difference",
    "count",
    "target",
    "instances started again by the supervisor",
  ),
  metric(
    "memory.peak",
    "Memory peak",
    "bytes",
    "lower",
    "ratio",
    "memory",
    "target",
    "largest resident set of any instance",
  ),
  metric(
    "memory.limit.share",
    "Memory limit used",
    "ratio",
    "lower",
    "difference",
    "memory",
    "target",
    "largest share of its memory limit that an instance's cgroup was charged, page cache included",
  ),
  metric(
    "memory.slope",
    "Memory growth",
    "bytes/s",
    "lower",
    "difference",
    "slope",
    "target",
    "Theil-Sen slope of the resident set, steepest instance that lived through the phase",
  ),
  metric(
    "page-faults.major",
    "Major page faults",
    "1/s",
    "lower",
    "difference",
    "memory",
    "target",
    "page faults per second that waited for a disk, of the target's instances together",
  ),
  metric(
    "page-faults.minor",
    "Minor page faults",
    "1/s",
    "lower",
    "difference",
    "memory",
    "target",
    "page faults per second that waited for no disk, of the target's instances together",
  ),
  metric(
    "cpu.per-request",
    "CPU per request",
    "ms",
    "lower",
    "ratio",
    "cpu",
    "target",
    "CPU time of the target's instances over ok responses",
  ),
  metric("cpu.cores", "CPU", "cores", "lower", "ratio", "cpu", "target", "mean CPU of the target's instances"),
  metric(
    "threads.max",
    "Most threads",
    "count",
    "lower",
    "difference",
    "cpu",
    "target",
    "most threads of any instance",
  ),
  metric(
    "throttled.ratio",
    "Throttled periods",
    "ratio",
    "lower",
    "difference",
    "share",
    "target",
    "throttled CFS periods over periods",
  ),
  metric(
    "gc.pause.share",
    "GC pause share",
    "ratio",
    "lower",
    "difference",
    "gc",
    "target",
    "main-thread time inside GC over wall time, mean over instances",
  ),
  {
    ...metric("gc.pause.max", "GC longest pause", "ms", "lower", "ratio", "gc", "target", "longest GC entry"),
    gateable: false,
  },
  metric(
    "heap.used",
    "Heap in use",
    "bytes",
    "lower",
    "ratio",
    "gc",
    "target",
    "used heap of Node instances, read once a second: mean over the phase and over instances",
  ),
  metric(
    "ready.min",
    "Fewest ready",
    "count",
    "higher",
    "difference",
    "scaling",
    "target",
    "smallest number of ready instances",
  ),
  metric(
    "ready.gap",
    "Short of instances",
    "ms",
    "lower",
    "difference",
    "scaling",
    "target",
    "time with fewer ready than desired instances",
  ),
];

/** What a search finds: not of a trial, but of all of them together. */
export const searchMetrics: readonly Metric[] = [
  metric(
    "capacity.rate",
    "Capacity",
    "1/s",
    "higher",
    "ratio",
    "throughput",
    "search",
    "the hardest rate that a search's goal holds at",
  ),
  metric(
    "capacity.headroom",
    "Capacity under the fault",
    "1/s",
    "higher",
    "ratio",
    "throughput",
    "search",
    "the hardest rate that holds while the fault of a search's headroom strikes",
  ),
  metric(
    "capacity.value",
    "Hardest value",
    "count",
    "higher",
    "ratio",
    "throughput",
    "search",
    "the hardest value that a search over anything but the rate holds at, in the unit of what is searched",
  ),
];

/** Whether a search finds it, and in which unit and direction. Undefined for one that no search over this finds. */
export function searchMetric(name: string, { kind, unit, harder }: Axis): Metric | undefined {
  const found = searchMetrics.find((it) => it.name === name);
  if (found === undefined || (kind === "rate") === (name === "capacity.value")) return undefined;
  return { ...found, unit, better: harder === "up" ? "higher" : "lower" };
}

const byName = new Map([...metrics, ...searchMetrics].map((it) => [it.name, it]));

/** Of the registry, or what a load script measures itself. */
export const metricNamed = (name: string): Metric | undefined => byName.get(name) ?? scriptMetric(name);

/** A condition's metric, which of the ways is worse as the condition says. */
export function metricOf({ metric: name, better }: Pick<Condition, "metric" | "better">): Metric | undefined {
  const known = metricNamed(name);
  return known === undefined || better === undefined ? known : { ...known, better };
}

/** What the running load can tell second by second: the metrics that an abort rule may name. */
export const liveMetrics: readonly string[] = [
  "errors.ratio",
  "dropped.ratio",
  "latency.p50",
  "latency.p99",
  "throughput",
];

/** `k6.<metric>.<stat>`. What is worse is a guess where the condition does not say it: of times, sizes and checks a good one. */
function scriptMetric(name: string): Metric | undefined {
  const asked = statOf(name);
  if (asked === null) return undefined;
  return {
    name,
    title: `${asked.metric} (${asked.stat})`,
    unit: asked.stat === "rate" ? "ratio" : asked.stat === "per-second" ? "1/s" : "count",
    better: asked.better ?? "lower",
    scale: asked.stat === "rate" ? "difference" : "ratio",
    kind: "script",
    over: "generator",
    floor: 0,
    gateable: asked.stat !== "max",
    help: "measured by the load script itself",
  };
}
