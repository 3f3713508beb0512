/** The native engine as a tool of the bench: one worker, as a run would start it. */

import { decodeHistogram, emptyHistogram } from "../../runner/engines/histogram.ts";
import { native } from "../../runner/engines/native/native.ts";
import { startLoad } from "../../runner/engines/session.ts";
import type { SelfLine } from "../../runner/record/load-lines.ts";
import type { LoadModel } from "../../runner/record/scenario.ts";
import type { Host } from "../../runner/shared/host.ts";
import type { Bench, Quantile, Result, Tool } from "./bench.ts";
import { cpuSecondsOf, timed } from "./timed.ts";

export interface NativeResult extends Result {
  /** The generator about itself, once a second. */
  readonly self: readonly SelfLine[];
}

export async function runNative(bench: Bench, url: string, model: LoadModel, seconds: number): Promise<NativeResult> {
  const path = new URL(url).pathname;
  const response = emptyHistogram();
  const service = emptyHistogram();
  const self: SelfLine[] = [];
  let stderr = "";
  const host: Host = {
    ...bench.host,
    spawn: (argv, options) => {
      const child = bench.host.spawn(timed([...bench.pinning.generator, ...argv]), options);
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      return child;
    },
  };
  const phase =
    model.kind === "open" ? ({ kind: "open", from: model.rate, to: model.rate } as const) : ({ ...model } as const);
  const session = startLoad(host, {
    engine: native,
    load: {
      target: "bench",
      engine: "native",
      workers: 1,
      model,
      timeoutMs: 2000,
      maxInFlight: 10_000,
      keepAlive: { maxRequests: null, maxAgeMs: null },
      requests: [{ name: "get", method: "GET", path, headers: {}, body: null, weight: 1 }],
    },
    phases: [{ name: "bench", durationMs: seconds * 1000, load: phase }],
    address: { host: "127.0.0.1", port: bench.url.port },
    seed: 1,
    env: bench.host.env,
    write: (line) => {
      if (line.type === "self") self.push(line);
      if (line.type !== "histogram" || line.outcome !== "ok") return;
      if (line.response !== null) response.add(decodeHistogram(line.response));
      if (line.service !== null) service.add(decodeHistogram(line.service));
    },
  });
  await session.ready;
  session.go(host.clock.now() + 50);
  const end = await session.done;
  if (end.lost.length > 0 || end.totals.ok !== end.totals.due) throw new Error(`native: ${JSON.stringify(end)}`);
  const told = (it: typeof response): Record<Quantile, number> => {
    const at = (percentile: number) => it.getValueAtPercentile(percentile) / 1000;
    return { p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9) };
  };
  return {
    requests: end.totals.ok,
    cpuSeconds: cpuSecondsOf(stderr),
    serviceMs: told(service),
    responseMs: told(response),
    self,
  };
}

export const nativeTool: Tool = {
  name: "native",
  version: async () => "shakedown native, 1 worker",
  closed: (bench, url, connections, seconds) => runNative(bench, url, { kind: "closed", connections }, seconds),
  open: (bench, url, rate, seconds) => runNative(bench, url, { kind: "open", rate, spacing: "poisson" }, seconds),
};
