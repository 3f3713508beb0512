/** How many instances were ready, for how long fewer than wanted, and how often one was started again. */
import { stepsIn } from "./counters.ts";
import { absent, type Measure, seriesOf, value, whyAbsent } from "./measure.ts";

export const readyMin: Measure = ({ trial, target, phases }) => {
  const [ready] = seriesOf(trial, "instances.ready", target);
  if (!ready) return absent(whyAbsent(trial, "instances.ready", target));
  const seen = phases.flatMap((it) => stepsIn(ready, it).map((step) => step.value));
  return seen.length === 0 ? absent("no reading within the phase") : value(Math.min(...seen));
};

export const readyGap: Measure = ({ trial, target, phases }) => {
  const [ready] = seriesOf(trial, "instances.ready", target);
  const [desired] = seriesOf(trial, "instances.desired", target);
  if (!ready) return absent(whyAbsent(trial, "instances.ready", target));
  if (!desired) return absent(whyAbsent(trial, "instances.desired", target));
  // Both may change within the other's step.
  const short = phases.flatMap((phase) =>
    stepsIn(ready, phase).flatMap((step) =>
      stepsIn(desired, { start: step.start, end: step.start + step.ms }).map((want) =>
        step.value < want.value ? want.ms : 0,
      ),
    ),
  );
  return value(short.reduce((sum, it) => sum + it, 0));
};

export const restarts: Measure = ({ evidence, trial, target, phases }) => {
  const spec = evidence.run.scenario.arms.find((it) => it.name === trial.arm)?.targets.find((it) => it.name === target);
  if (spec?.kind !== "process") return absent(`${target} is not started by us`);
  const starts = trial.events.filter((it) => it.type === "instance.start" && it.target === target && it.again);
  return value(starts.filter((it) => phases.some((phase) => it.t >= phase.start && it.t < phase.end)).length);
};
