/** How late requests are sent at a fixed rate, beside a bare timer loop in the same minutes. */
import { fileURLToPath } from "node:url";
import { native as engine } from "../../runner/engines/native/native.ts";
import type { Bench, Say } from "./bench.ts";
import { median } from "./numbers.ts";
import { runOwn } from "./own-engines.ts";
import { runTimed } from "./timed.ts";

export const sendRate = 5000;

/** Medians over the seconds of all rounds; lags in ms, CPU in cores. */
export interface SendTime {
  readonly native: { readonly p50: number; readonly p99: number; readonly cpu: number };
  readonly bare: { readonly p50: number; readonly p99: number; readonly cpu: number };
}

interface Second {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

export async function sendTime(bench: Bench, rounds: number, seconds: number, say: Say): Promise<SendTime> {
  const native: Second[] = [];
  const bare: Second[] = [];
  const loop = fileURLToPath(new URL("./bare-timer.main.ts", import.meta.url));
  for (let round = 1; round <= rounds; round++) {
    const { stdout, cpuSeconds } = await runTimed(bench, [bench.host.node, loop, `${sendRate}`, `${seconds}`]);
    for (const it of JSON.parse(stdout) as Omit<Second, "cpu">[]) bare.push({ ...it, cpu: cpuSeconds / seconds });
    const model = { kind: "open", rate: sendRate, spacing: "even" } as const;
    const { self } = await runOwn(bench, engine, bench.url.fast, { model, maxInFlight: 10_000 }, seconds);
    for (const it of self) {
      if (it.lagP50 !== null && it.lagP99 !== null) native.push({ p50: it.lagP50, p99: it.lagP99, cpu: it.cpu });
    }
    say(`send time ${round} of ${rounds}`);
  }
  const typical = (its: readonly Second[]): Second => ({
    p50: median(its.map((it) => it.p50)),
    p99: median(its.map((it) => it.p99)),
    cpu: median(its.map((it) => it.cpu)),
  });
  return { native: typical(native), bare: typical(bare) };
}
