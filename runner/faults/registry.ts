/** Every fault there is, in the order in which `list` and the docs show them. */
import { bandwidth } from "./bandwidth.ts";
import { blackhole } from "./blackhole.ts";
import { cpuPressure } from "./cpu-pressure.ts";
import { down } from "./down.ts";
import type { Fault } from "./fault.ts";
import { latency } from "./latency.ts";
import { memoryPressure } from "./memory-pressure.ts";
import { pause } from "./pause.ts";
import { podKill } from "./pod-kill.ts";
import { reset } from "./reset.ts";

export const faults: readonly Fault[] = [
  podKill,
  pause,
  memoryPressure,
  cpuPressure,
  latency,
  bandwidth,
  blackhole,
  reset,
  down,
];

export const faultNamed = (kind: string): Fault | undefined => faults.find((it) => it.kind === kind);
