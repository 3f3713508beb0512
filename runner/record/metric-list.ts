/** The metrics there are: those of trials, and those of a search over all of them. What each is, docs/gates.md says. */
import type { Metric } from "./metric.ts";

const quantiles = ["p50", "p75", "p90", "p95", "p99", "p99.9", "max"] as const;

const latency = (prefix: "latency" | "service", title: string): Metric[] =>
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
  }));

/** Where nothing else is said, less is better, and what is compared is the difference. */
const metric = (
  name: string,
  over: Metric["over"],
  given: Pick<Metric, "title" | "unit" | "kind"> & Partial<Metric>,
): Metric => ({ name, better: "lower", scale: "difference", over, floor: 0, gateable: true, ...given });

/** Below the floors of CPU and memory, what is measured is the accounting of the kernel. */
export const metrics: readonly Metric[] = [
  ...latency("latency", "Response time"),
  ...latency("service", "Service time"),
  metric("errors.ratio", "requests", {
    title: "Error ratio",
    unit: "ratio",
    kind: "errors",
  }),
  metric("throughput", "requests", {
    title: "Throughput",
    unit: "1/s",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
  }),
  metric("dropped.ratio", "requests", {
    title: "Dropped requests",
    unit: "ratio",
    kind: "errors",
  }),
  metric("recovery.time", "fault", {
    title: "Recovery",
    unit: "ms",
    kind: "recovery",
  }),
  metric("effect.delay", "fault", {
    title: "Time to effect",
    unit: "ms",
    kind: "recovery",
  }),
  metric("oom.kills", "target", {
    title: "OOM kills",
    unit: "count",
    kind: "count",
    sampler: "cgroup",
  }),
  metric("restarts", "target", {
    title: "Restarts",
    unit: "count",
    kind: "count",
  }),
  metric("memory.peak", "target", {
    title: "Memory peak",
    unit: "bytes",
    scale: "ratio",
    kind: "memory",
    floor: 2 ** 20,
    sampler: "process",
  }),
  metric("memory.limit.share", "target", {
    title: "Memory limit used",
    unit: "ratio",
    kind: "memory",
    sampler: "cgroup",
  }),
  metric("memory.slope", "target", {
    title: "Memory growth",
    unit: "bytes/s",
    kind: "slope",
    sampler: "process",
  }),
  metric("page-faults.major", "target", {
    title: "Major page faults",
    unit: "1/s",
    kind: "memory",
    sampler: "process",
  }),
  metric("page-faults.minor", "target", {
    title: "Minor page faults",
    unit: "1/s",
    kind: "memory",
    sampler: "process",
  }),
  metric("cpu.per-request", "target", {
    title: "CPU per request",
    unit: "ms",
    scale: "ratio",
    kind: "cpu",
    floor: 0.005,
    sampler: "process",
  }),
  metric("cpu.cores", "target", {
    title: "CPU",
    unit: "cores",
    scale: "ratio",
    kind: "cpu",
    floor: 0.005,
    sampler: "process",
  }),
  metric("threads.max", "target", {
    title: "Most threads",
    unit: "count",
    kind: "cpu",
    sampler: "process",
  }),
  metric("throttled.ratio", "target", {
    title: "Throttled periods",
    unit: "ratio",
    kind: "share",
    sampler: "cgroup",
  }),
  metric("gc.pause.share", "target", {
    title: "GC pause share",
    unit: "ratio",
    kind: "gc",
    sampler: "gc",
  }),
  metric("gc.pause.max", "target", {
    title: "GC longest pause",
    unit: "ms",
    scale: "ratio",
    kind: "gc",
    gateable: false,
    sampler: "gc",
  }),
  metric("heap.used", "target", {
    title: "Heap in use",
    unit: "bytes",
    scale: "ratio",
    kind: "gc",
    sampler: "gc",
  }),
  metric("ready.min", "target", {
    title: "Fewest ready",
    unit: "count",
    better: "higher",
    kind: "scaling",
    sampler: "scaling",
  }),
  metric("ready.gap", "target", {
    title: "Short of instances",
    unit: "ms",
    kind: "scaling",
    sampler: "scaling",
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
  }),
  metric("capacity.headroom", "search", {
    title: "Capacity under the fault",
    unit: "1/s",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
  }),
  metric("capacity.value", "search", {
    title: "Hardest value",
    unit: "count",
    better: "higher",
    scale: "ratio",
    kind: "throughput",
  }),
];
