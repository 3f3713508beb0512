/** The whole machine: pressure, steal, idle, load. They tell whether a measurement was disturbed from outside. */
import { descriptors } from "../substrate/procfs/descriptors.ts";
import type { Absent, Sampler } from "./sampler.ts";

const series = {
  "host.psi.cpu": "µs, cumulative, some task waited for a CPU (/proc/pressure/cpu, some total)",
  "host.psi.memory": "µs, cumulative (/proc/pressure/memory, some total)",
  "host.psi.io": "µs, cumulative (/proc/pressure/io, some total)",
  "host.steal": "ms, cumulative, summed over CPUs: another virtual machine ran instead (/proc/stat)",
  "host.idle": "ms, cumulative, summed over CPUs, waiting for I/O included (/proc/stat)",
  "host.load": "runnable and uninterruptible tasks, 1 min average (/proc/loadavg)",
};
type Metric = keyof typeof series;

const TICK_MS = 10;

const sources: readonly (readonly [
  file: string,
  parse: (text: string) => readonly (readonly [Metric, number | null])[],
])[] = [
  ["/proc/pressure/cpu", (text) => [["host.psi.cpu", someTotal(text)]]],
  ["/proc/pressure/memory", (text) => [["host.psi.memory", someTotal(text)]]],
  ["/proc/pressure/io", (text) => [["host.psi.io", someTotal(text)]]],
  ["/proc/stat", parseCpus],
  ["/proc/loadavg", (text) => [["host.load", numberOf(text.split(" ", 1)[0])]]],
];

export const host: Sampler = {
  name: "host",
  help: "pressure (PSI), steal, idle and load of the machine",
  series,
  start: ({ emit }) => {
    const files = descriptors();
    return {
      tick: (t) => {
        for (const [file, parse] of sources) {
          // A pressure file of a kernel that was started with psi=0 opens, but can't be read.
          for (const [metric, value] of parse(files.read(file) ?? "")) {
            if (value !== null) emit(metric, {}, t, value);
            else emit.absent(metric, {}, t, unavailable(file));
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
  return numberOf(/^some .*total=(\d+)/m.exec(text)?.[1]);
}

/** The first line of /proc/stat: cpu user nice system idle iowait irq softirq steal …, in ticks of 10 ms. */
function parseCpus(text: string): readonly (readonly [Metric, number | null])[] {
  const [, , , , idle, wait, , , steal] = /^cpu +(.*)$/m.exec(text)?.[0].split(/ +/) ?? [];
  const ticks = (...fields: readonly (string | undefined)[]) => {
    const values = fields.map(numberOf);
    return values.some((it) => it === null) ? null : values.reduce<number>((sum, it) => sum + (it ?? 0), 0) * TICK_MS;
  };
  return [
    ["host.steal", ticks(steal)],
    ["host.idle", ticks(idle, wait)],
  ];
}

const numberOf = (text: string | undefined): number | null =>
  text === undefined || text === "" || Number.isNaN(Number(text)) ? null : Number(text);
