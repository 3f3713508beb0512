/** The whole machine: pressure, steal and load. They tell whether a measurement was disturbed from outside. */
import { descriptors } from "../substrate/procfs/descriptors.ts";
import { TICK_MS } from "../substrate/procfs/process.ts";
import type { Absent, Sampler } from "./sampler.ts";

const series = {
  "host.psi.cpu": "µs, cumulative, some task waited for a CPU (/proc/pressure/cpu, some total)",
  "host.psi.memory": "µs, cumulative (/proc/pressure/memory, some total)",
  "host.psi.io": "µs, cumulative (/proc/pressure/io, some total)",
  "host.cpu": "ms, cumulative, summed over CPUs, once a second: programs ran, interrupts not counted (/proc/stat)",
  "host.steal": "ms, cumulative, summed over CPUs, once a second: another virtual machine ran instead (/proc/stat)",
  "host.load": "runnable and uninterruptible tasks, 1 min average, once a second (/proc/loadavg)",
};
type Metric = keyof typeof series;

interface Source {
  readonly file: string;
  /** 0: at the sampling rate. /proc/stat is dear: the kernel sums up every interrupt for it. */
  readonly everyMs: number;
  readonly parse: (text: string) => readonly (readonly [Metric, number | null])[];
}

const sources: readonly Source[] = [
  { file: "/proc/pressure/cpu", everyMs: 0, parse: (text) => [["host.psi.cpu", someTotal(text)]] },
  { file: "/proc/pressure/memory", everyMs: 0, parse: (text) => [["host.psi.memory", someTotal(text)]] },
  { file: "/proc/pressure/io", everyMs: 0, parse: (text) => [["host.psi.io", someTotal(text)]] },
  {
    file: "/proc/stat",
    everyMs: 1000,
    parse: (text) => [
      ["host.cpu", ticksMs(text, running)],
      ["host.steal", ticksMs(text, stolen)],
    ],
  },
  { file: "/proc/loadavg", everyMs: 1000, parse: (text) => [["host.load", minuteLoad(text)]] },
];

export const host: Sampler = {
  name: "host",
  series,
  start: ({ emit }) => {
    const files = descriptors();
    const labels = {};
    const readAt = new Map<string, number>();
    return {
      tick: (t) => {
        for (const { file, everyMs, parse } of sources) {
          if (t - (readAt.get(file) ?? Number.NEGATIVE_INFINITY) < everyMs) continue;
          readAt.set(file, t);
          // A pressure file of a kernel that was started with psi=0 opens, but can't be read.
          for (const [metric, value] of parse(files.read(file) ?? "")) {
            if (value !== null) emit(metric, labels, t, value);
            else emit.absent(metric, labels, t, unavailable(file));
          }
        }
      },
      stop: async () => files.close(),
    };
  },
};

const unavailable = (file: string): Absent => ({ kind: "unavailable", reason: `this system has no ${file}` });

/** The running total in µs: the averages beside it are smoothed over 10 s and more. */
function someTotal(text: string): number | null {
  const start = text.indexOf("total=");
  return text.startsWith("some ") && start > 0 ? Number.parseInt(text.slice(start + 6), 10) : null;
}

/** Fields of the first line of /proc/stat: cpu user nice system idle iowait irq softirq steal …, in ticks. */
const [running, stolen] = [[1, 2, 3], [8]];

function ticksMs(text: string, fields: readonly number[]): number | null {
  const line = text.split("\n", 1)[0]?.split(/ +/) ?? [];
  const ticks = fields.map((it) => line[it]);
  return ticks.every((it) => it !== undefined && /^\d+$/.test(it))
    ? ticks.reduce((sum, it) => sum + Number(it) * TICK_MS, 0)
    : null;
}

/** /proc/loadavg: averages over 1, 5 and 15 min, … */
const minuteLoad = (text: string): number | null => (/^\d+\.\d+ /.test(text) ? Number.parseFloat(text) : null);
