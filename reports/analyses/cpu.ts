/** How much CPU the target took, for each request and in all, by how many threads, and how often it was throttled. */
import { increase } from "./counters.ts";
import { noRequests } from "./latency.ts";
import { absent, durationOf, type Measure, seriesOf, value, whyAbsent } from "./measure.ts";
import { largest, within } from "./memory.ts";

export const cpuPerRequest: Measure = (of) => {
  const { trial, target, phases, condition } = of;
  if (condition.request !== null) return absent("CPU can't be told apart by request");
  const time = seriesOf(trial, "cpu.time", target);
  if (time.length === 0) return absent(whyAbsent(trial, "cpu.time", target));
  const { counts } = trial.requests({ phases: phases.map((it) => it.name), request: null });
  return counts.ok === 0 ? absent(noRequests(of)) : value(increase(time, phases, "zero") / counts.ok);
};

export const cpuCores: Measure = ({ trial, target, phases }) => {
  const time = seriesOf(trial, "cpu.time", target);
  if (time.length === 0) return absent(whyAbsent(trial, "cpu.time", target));
  return value(increase(time, phases, "zero") / durationOf(phases));
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
