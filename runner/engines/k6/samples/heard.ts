/** All that is heard of one k6: its samples on their way to the recorder, on the clock of the load. */

import type { LoadLine } from "../../../record/load-lines.ts";
import { seeded } from "../../../shared/random.ts";
import type { Job, TroubleLine } from "../../engine.ts";
import { histogramError } from "../../worker/counts.ts";
import { createRecorder, type Recorder } from "../../worker/recorder.ts";
import type { K6 } from "../find.ts";
import { csvOutput } from "./by-csv.ts";
import { remoteWrite } from "./by-remote-write.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createMeasured } from "./measured.ts";
import { createNames, type Names } from "./names.ts";
import { bucketWidth } from "./native-histogram.ts";
import type { Output } from "./output.ts";
import { type Spoken, watchSpoken } from "./spoken.ts";

export interface Heard {
  readonly binMs: number;
  /** Relative width of a histogram bucket. */
  readonly histogramError: number;
  readonly output: Output;
  readonly recorder: Recorder;
  readonly names: Names;
  readonly spoken: Spoken;
  readonly intake: Intake;
  readonly flush: () => Generator<LoadLine | TroubleLine>;
}

/** @param now ms since the load's start, -Infinity before */
export async function hear(job: Job, k6: K6, now: () => number): Promise<Heard> {
  const { load, phases, seed, worker } = job;
  const exact = load.exact === true;
  const binMs = exact ? 100 : 1000;
  const names = createNames(job);
  const rng = exact ? seeded(seed, `reservoir ${worker}`) : null;
  const recorder = createRecorder(phases, names.list, rng, { stamp: "end", binMs, mostNames: names.most });
  const measured = createMeasured(phases);
  const spoken = watchSpoken();
  const intake = createIntake(phases, names, recorder, measured, spoken);
  const clock = { now, atWall: (us: number) => us / 1000 - (performance.timeOrigin + performance.now()) + now() };
  return {
    binMs,
    histogramError: exact ? histogramError : bucketWidth,
    output: exact ? csvOutput(intake, clock) : await remoteWrite(k6, intake, clock),
    ...{ recorder, names, spoken, intake },
    flush: function* () {
      yield* recorder.flush();
      yield* measured.flush();
      yield* spoken.flush();
    },
  };
}
