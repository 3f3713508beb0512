/** Flat memory: how much the native worker's resident memory grows from the first minute to the last, at a fixed rate. */
import { native as engine } from "../../runner/engines/native/native.ts";
import type { SelfLine } from "../../runner/record/load-lines.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import type { Bench, Say } from "./bench.ts";
import { median } from "./numbers.ts";
import { runOwn } from "./own-engines.ts";

const soakRate = 5000;
/** Bytes: what the worker may have grown by. */
const soakAim = 10e6;
/** Around the ends of the first minute and of the last: a single reading lies before or after a collection. */
const windowMs = 20_000;
const minuteMs = 60_000;

interface Soak {
  readonly load: string;
  readonly minutes: number;
  readonly requests: number;
  readonly failed: number | null;
  /** Medians, bytes. */
  readonly firstBytes: number;
  readonly lastBytes: number;
}

const loads: readonly { readonly load: string; readonly special: Pick<LoadSpec, "http2"> }[] = [
  { load: "HTTP/1.1", special: {} },
  { load: "HTTP/2", special: { http2: { connections: 12 } } },
];

/** One load after the other, `minutes` each: more than one. HTTP/2 only where the server has it. */
export async function soak(bench: Bench, minutes: number, say: Say): Promise<Soak[]> {
  const results: Soak[] = [];
  for (const { load, special } of loads) {
    const url = special.http2 === undefined ? bench.url.fast : bench.url.http2;
    if (url === null) continue;
    say(`${load} at ${soakRate}/s for ${minutes} minutes`);
    const model = { kind: "open", rate: soakRate, spacing: "poisson" } as const;
    const { self, requests, failed } = await runOwn(
      bench,
      engine,
      url,
      { model, maxInFlight: 10_000, ...special },
      minutes * 60,
    );
    const lengthMs = minutes * minuteMs;
    results.push({
      ...{ load, minutes, requests, failed },
      firstBytes: residentAt(self, minuteMs),
      lastBytes: residentAt(self, lengthMs),
    });
  }
  return results;
}

/** Median of the readings in the window that ends at `endMs`. @throws Error when there are none */
export function residentAt(self: readonly Pick<SelfLine, "t" | "rss">[], endMs: number): number {
  const its = self.filter((it) => it.t > endMs - windowMs && it.t <= endMs).map((it) => it.rss);
  if (its.length === 0) throw new Error(`the worker said nothing of itself in the ${windowMs} ms before ${endMs} ms`);
  return median(its);
}

export const soakTable = (rows: readonly Soak[]): string =>
  [
    `## Memory of a native worker at ${soakRate}/s`,
    "",
    "| load | requests | failed | first minute | last minute | growth |",
    "|---|---:|---:|---:|---:|---:|",
    ...rows.map(
      (it) =>
        `| ${it.load} | ${it.requests} | ${it.failed ?? "not told"} | ${mega(it.firstBytes)} | ${mega(it.lastBytes)} | ${mega(it.lastBytes - it.firstBytes)} |`,
    ),
    "",
    ...rows.map((it) => {
      const met = it.lastBytes - it.firstBytes < soakAim;
      const span = `from minute 1 to minute ${it.minutes}`;
      return `- ${met ? "met" : "**missed**"}: ${it.load} grows by less than ${mega(soakAim)} ${span} (${mega(it.lastBytes - it.firstBytes)})`;
    }),
    "",
  ].join("\n");

const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
