/** How many instances were ready, for how long fewer than wanted, and how often one was started again. */
import { stepsIn } from "./counters.ts";
import { absent, type Measure, value } from "./measure.ts";
import { sampled } from "./sampled.ts";

/** Of a service that somebody else runs no instance is known: not even that there is none. */
const ofOurs =
  (measure: Measure): Measure =>
  (of) => {
    const arm = of.evidence.run.scenario.arms.find((it) => it.name === of.trial.arm);
    const spec = arm?.targets.find((it) => it.name === of.target);
    return spec?.kind === "process" ? measure(of) : absent(`${of.target} is not started by us`);
  };

export const readyMin = ofOurs((of) =>
  sampled(of, "instances.ready", (ready) => {
    const seen = of.phases.flatMap((phase) => ready.flatMap((it) => stepsIn(it, phase).map((step) => step.value)));
    return seen.length === 0 ? absent("no reading within the phase") : value(Math.min(...seen));
  }),
);

export const readyGap = ofOurs((of) =>
  sampled(of, "instances.ready", ([ready]) =>
    sampled(of, "instances.desired", ([desired]) => {
      // Both may change within the other's step.
      const short = of.phases.flatMap((phase) =>
        stepsIn(ready, phase).flatMap((step) =>
          stepsIn(desired, { start: step.start, end: step.start + step.ms }).map((want) =>
            step.value < want.value ? want.ms : 0,
          ),
        ),
      );
      return value(short.reduce((sum, it) => sum + it, 0));
    }),
  ),
);

export const restarts = ofOurs(({ trial, target, phases }) => {
  const starts = trial.events.filter((it) => it.type === "instance.start" && it.target === target && it.again);
  return value(starts.filter((it) => phases.some((phase) => it.t >= phase.start && it.t < phase.end)).length);
});
