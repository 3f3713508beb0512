/** Which sampler reads which series, so that an absent one has the right reason. A test holds it against the samplers themselves. */

const prefixes: Readonly<Record<string, readonly string[]>> = {
  scaling: ["instances."],
  process: ["cpu.", "rss", "threads", "faults.", "runqueue.wait"],
  cgroup: ["cgroup."],
  gc: ["gc.", "heap."],
  host: ["host."],
  generator: ["harness.", "router."],
};

/** Name as in `samplers.off`; null for a series that no sampler reads. */
export const samplerOf = (series: string): string | null =>
  Object.entries(prefixes).find(([, starts]) => starts.some((it) => series.startsWith(it)))?.[0] ?? null;
