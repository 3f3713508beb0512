/** How much CPU the target took, for each request and in all, by how many threads, and how often it was throttled. */
import type { Scalar } from "../evidence/evidence.ts";
import { increase } from "./counters.ts";
import { noRequests } from "./latency.ts";
import { absent, durationOf, type Measure, type Measurement, seriesOf, value } from "./measure.ts";
import { largest, withChildren, within } from "./memory.ts";
import { sampledOfEach } from "./sampled.ts";

/** Of the target's instances and of what they started. */
const cpuMs = (of: Measurement, measure: (ms: number) => Scalar): Scalar =>
  sampledOfEach(of, "cpu.time", (own) => {
    const children = seriesOf(of.trial, "cpu.children", of.target);
    return measure(increase(own, of.phases, "zero") + increase(children, of.phases, "zero"));
  });

export const cpuPerRequest: Measure = (of) => {
  const { trial, phases, condition } = of;
  if (condition.request !== null) return absent("CPU can't be told apart by request");
  return cpuMs(of, (ms) => {
    const { counts } = trial.requests({ phases: phases.map((it) => it.name), request: null });
    return counts.ok === 0 ? absent(noRequests(of)) : value(ms / counts.ok);
  });
};

export const cpuCores: Measure = (of) => cpuMs(of, (ms) => value(ms / durationOf(of.phases)));

export const mostThreads: Measure = (of) =>
  sampledOfEach(of, "threads", (own) => {
    const all = withChildren(of, own, "threads.children");
    const seen = of.phases.flatMap((phase) => all.flatMap((it) => [...within(it, phase).x]));
    return seen.length === 0 ? absent("no reading of threads within the phase") : value(largest(seen));
  });

export const throttledRatio: Measure = (of) =>
  sampledOfEach(of, "cgroup.periods", (periods) =>
    sampledOfEach(of, "cgroup.throttled", (throttled) => {
      const all = increase(periods, of.phases, "group");
      if (all <= 0) return absent("no CFS period ran in the phase: no CPU limit, or nothing to run");
      return value(increase(throttled, of.phases, "group") / all);
    }),
  );
