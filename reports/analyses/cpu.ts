/** How much CPU the target took, for each request and in all, by how many threads, and how often it was throttled. */
import { increase } from "./counters.ts";
import { noRequests } from "./latency.ts";
import { absent, durationOf, type Measure, type Measurement, seriesOf, value, whyAbsent } from "./measure.ts";
import { largest, within } from "./memory.ts";

/** ms of the target's instances and of what they started; null where it was not sampled. */
function cpuMs({ trial, target, phases }: Measurement): number | null {
  const own = seriesOf(trial, "cpu.time", target);
  if (own.length === 0) return null;
  return increase(own, phases, "zero") + increase(seriesOf(trial, "cpu.children", target), phases, "zero");
}

export const cpuPerRequest: Measure = (of) => {
  const { trial, target, phases, condition } = of;
  if (condition.request !== null) return absent("CPU can't be told apart by request");
  const ms = cpuMs(of);
  if (ms === null) return absent(whyAbsent(trial, "cpu.time", target));
  const { counts } = trial.requests({ phases: phases.map((it) => it.name), request: null });
  return counts.ok === 0 ? absent(noRequests(of)) : value(ms / counts.ok);
};

export const cpuCores: Measure = (of) => {
  const ms = cpuMs(of);
  return ms === null ? absent(whyAbsent(of.trial, "cpu.time", of.target)) : value(ms / durationOf(of.phases));
};

export const mostThreads: Measure = ({ trial, target, phases }) => {
  const all = seriesOf(trial, "threads", target);
  if (all.length === 0) return absent(whyAbsent(trial, "threads", target));
  const seen = phases.flatMap((phase) => all.flatMap((it) => [...within(it, phase).x]));
  return seen.length === 0 ? absent("no reading of threads within the phase") : value(largest(seen));
};

export const throttledRatio: Measure = ({ trial, target, phases }) => {
  const periods = seriesOf(trial, "cgroup.periods", target);
  const throttled = seriesOf(trial, "cgroup.throttled", target);
  if (periods.length === 0) return absent(whyAbsent(trial, "cgroup.periods", target));
  const all = increase(periods, phases, "group");
  if (all <= 0) return absent("no CFS period ran in the phase: no CPU limit, or nothing to run");
  return value(increase(throttled, phases, "group") / all);
};
