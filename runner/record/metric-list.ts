/** The metrics there are: those of trials, and those of a search over all of them. */
import type { Metric } from "./metric.ts";

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

/** Where nothing else is said, less is better, and what is compared is the difference. */
const metric = (
  name: string,
  over: Metric["over"],
  given: Pick<Metric, "title" | "unit" | "kind" | "help"> & Partial<Metric>,
): Metric => ({ name, better: "lower", scale: "difference", over, floor: 0, gateable: true, ...given });

/** Below the floors of CPU and memory, what is measured is the accounting of the kernel. */
export const metrics: readonly Metric[] = [
  ...latency(
    "latency",
    "Response time",
    "from the intended start; timed-out, unanswered and dropped requests count at the timeout",
  ),
  ...latency("service", "Service time", "from the actual send to the last byte, ok responses"),
  metric("errors.ratio", "requests", {
    title: "Error ratio",
    unit: "ratio",
    kind: "errors",
    help: "requests not answered with 1xx to 3xx, or not as their check says, over requests due",
  }),
  metric("throughput", "requests", {
    title: "Throughput",
    unit: "1/s",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
    help: "ok responses per second",
  }),
  metric("dropped.ratio", "requests", {
    title: "Dropped requests",
    unit: "ratio",
    kind: "errors",
    help: "due but never sent: in-flight limit reached",
  }),
  metric("recovery.time", "fault", {
    title: "Recovery",
    unit: "ms",
    kind: "recovery",
    help: "from acknowledged apply (one-shot) or revert (lasting) until normal for 2 s; censored ranks worst",
  }),
  metric("effect.delay", "fault", {
    title: "Time to effect",
    unit: "ms",
    kind: "recovery",
    help: "from acknowledged apply to the first affected bin",
  }),
  metric("oom.kills", "target", {
    title: "OOM kills",
    unit: "count",
    kind: "count",
    help: "instances killed by the kernel's OOM killer",
  }),
  metric("restarts", "target", {
    title: "Restarts",
    unit: "count",
    kind: "count",
    help: "instances started again by the supervisor",
  }),
  metric("memory.peak", "target", {
    title: "Memory peak",
    unit: "bytes",
    scale: "ratio",
    kind: "memory",
    floor: 2 ** 20,
    help: "largest resident set of any instance, with processes that it started",
  }),
  metric("memory.limit.share", "target", {
    title: "Memory limit used",
    unit: "ratio",
    kind: "memory",
    help: "largest share of its memory limit that an instance's cgroup was charged, page cache included",
  }),
  metric("memory.slope", "target", {
    title: "Memory growth",
    unit: "bytes/s",
    kind: "slope",
    help: "Theil-Sen slope of the resident set, with processes that it started, of the steepest instance that lived through the phase",
  }),
  metric("page-faults.major", "target", {
    title: "Major page faults",
    unit: "1/s",
    kind: "memory",
    help: "page faults per second that waited for a disk, of the target's instances together",
  }),
  metric("page-faults.minor", "target", {
    title: "Minor page faults",
    unit: "1/s",
    kind: "memory",
    help: "page faults per second that waited for no disk, of the target's instances together",
  }),
  metric("cpu.per-request", "target", {
    title: "CPU per request",
    unit: "ms",
    scale: "ratio",
    kind: "cpu",
    floor: 0.005,
    help: "CPU time of the target's instances, and of processes that they started, over ok responses",
  }),
  metric("cpu.cores", "target", {
    title: "CPU",
    unit: "cores",
    scale: "ratio",
    kind: "cpu",
    floor: 0.005,
    help: "mean CPU of the target's instances, and of processes that they started",
  }),
  metric("threads.max", "target", {
    title: "Most threads",
    unit: "count",
    kind: "cpu",
    help: "most threads of any instance, with processes that it started",
  }),
  metric("throttled.ratio", "target", {
    title: "Throttled periods",
    unit: "ratio",
    kind: "share",
    help: "throttled CFS periods over periods",
  }),
  metric("gc.pause.share", "target", {
    title: "GC pause share",
    unit: "ratio",
    kind: "gc",
    help: "main-thread time inside GC over wall time, mean over instances",
  }),
  metric("gc.pause.max", "target", {
    title: "GC longest pause",
    unit: "ms",
    scale: "ratio",
    kind: "gc",
    gateable: false,
    help: "longest GC entry",
  }),
  metric("heap.used", "target", {
    title: "Heap in use",
    unit: "bytes",
    scale: "ratio",
    kind: "gc",
    help: "used heap of Node instances, read once a second: mean over the phase and over instances",
  }),
  metric("ready.min", "target", {
    title: "Fewest ready",
    unit: "count",
    better: "higher",
    kind: "scaling",
    help: "smallest number of ready instances",
  }),
  metric("ready.gap", "target", {
    title: "Short of instances",
    unit: "ms",
    kind: "scaling",
    help: "time with fewer ready than desired instances",
  }),
];

/** What a search finds: not of a trial, but of all of them together. */
export const searchMetrics: readonly Metric[] = [
  metric("capacity.rate", "search", {
    title: "Capacity",
    unit: "1/s",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
    help: "the hardest rate that a search's goal holds at",
  }),
  metric("capacity.headroom", "search", {
    title: "Capacity under the fault",
    unit: "1/s",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
    help: "the hardest rate that holds while the fault of a search's headroom strikes",
  }),
  metric("capacity.value", "search", {
    title: "Hardest value",
    unit: "count",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
    help: "the hardest value that a search over anything but the rate holds at, in the unit of what is searched",
  }),
];
