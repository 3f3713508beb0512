/** Collections, heap and page faults are read of the process that an instance's command starts: where others do the work, they say nothing of it. */
import { formatValue } from "../../runner/shared/format.ts";
import { increase } from "./counters.ts";
import { absent, durationOf, type Measure, seriesOf } from "./measure.ts";

/** Cores below which what other processes take is no work: the kernel tells theirs in ticks of 10 ms. */
const idleCores = 0.01;

export const ofFirstProcess =
  (measure: Measure): Measure =>
  (of) => {
    const ms = durationOf(of.phases);
    const [own, theirs] = ["cpu.time", "cpu.children"].map((it) =>
      increase(seriesOf(of.trial, it, of.target), of.phases, "zero"),
    ) as [number, number];
    if (theirs <= own || theirs <= idleCores * ms) return measure(of);
    return absent(
      `it is read of the instances' own processes, which took ${formatValue(own / ms, "cores")}, while others that they started took ${formatValue(theirs / ms, "cores")}: let the command of ${of.target} be the service itself`,
    );
  };
