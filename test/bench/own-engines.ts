/** This project's engines as tools of the bench: one worker each, as a run would start it, parsing and recording included. */
import type { Engine, LoadEnd } from "../../runner/engines/engine.ts";
import { decodeHistogram, emptyHistogram } from "../../runner/engines/histogram.ts";
import { findK6 } from "../../runner/engines/k6/find.ts";
import { k6 } from "../../runner/engines/k6/k6.ts";
import { native } from "../../runner/engines/native/native.ts";
import { startLoad } from "../../runner/engines/session.ts";
import type { SelfLine } from "../../runner/record/load-lines.ts";
import type { LoadModel, LoadSpec } from "../../runner/record/scenario.ts";
import type { Host } from "../../runner/shared/host.ts";
import type { Bench, Quantile, Result, Tool } from "./bench.ts";
import { type MemoryWatch, watchMemory } from "./memory.ts";
import { cpuSecondsOf, timed } from "./timed.ts";

interface OwnResult extends Result {
  /** The generator about itself, once a second. */
  readonly self: readonly SelfLine[];
}

const timeoutMs = 5000;

export async function runOwn(
  bench: Bench,
  engine: Engine,
  url: string,
  load: Pick<LoadSpec, "model" | "maxInFlight" | "http2" | "exact">,
  seconds: number,
): Promise<OwnResult> {
  const { hostname, port, pathname } = new URL(url);
  const response = emptyHistogram();
  const service = emptyHistogram();
  const self: SelfLine[] = [];
  using stack = new DisposableStack();
  let stderr = "";
  let memory: MemoryWatch | null = null;
  const host: Host = {
    ...bench.host,
    spawn: (argv, options) => {
      const child = bench.host.spawn(timed([...bench.pinning.generator, ...argv]), options);
      memory = stack.use(watchMemory(child.pid ?? 0));
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      return child;
    },
  };
  const session = startLoad(host, {
    engine,
    load: {
      ...load,
      target: "bench",
      engine: engine.name,
      workers: 1,
      timeoutMs,
      keepAlive: { maxRequests: null, maxAgeMs: null },
      requests: [{ name: "get", method: "GET", path: pathname, headers: {}, body: null, weight: 1 }],
    },
    phases: [{ name: "bench", durationMs: seconds * 1000, load: phaseOf(load.model) }],
    address: { host: hostname, port: Number(port) },
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
  const end: LoadEnd = await session.done;
  if (end.lost.length > 0) throw new Error(`${engine.name}: ${JSON.stringify(end)}`);
  const told = (it: typeof response): Partial<Record<Quantile, number>> => {
    const at = (percentile: number) => it.getValueAtPercentile(percentile) / 1000;
    return it.totalCount === 0 ? {} : { p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9) };
  };
  return {
    requests: end.totals.ok,
    failed: end.totals.due - end.totals.ok - end.totals.dropped,
    cpuSeconds: cpuSecondsOf(stderr),
    peakBytes: (memory as MemoryWatch | null)?.peakBytes() ?? null,
    serviceMs: told(service),
    responseMs: told(response),
    self,
  };
}

const phaseOf = (model: LoadModel) =>
  model.kind === "open" ? ({ kind: "open", from: model.rate, to: model.rate } as const) : model;

interface Own {
  readonly engine: Engine;
  readonly name: string;
  readonly spacing: "even" | "poisson";
  /** In flight at most, where that costs nothing before it is used. */
  readonly room?: number;
  readonly special?: Pick<LoadSpec, "http2" | "exact">;
  readonly version: Tool["version"];
}

const toolFor = ({ engine, name, spacing, room, special, version }: Own): Tool => ({
  name,
  http2: special?.http2 !== undefined,
  version,
  closed: (bench, url, connections, seconds) =>
    runOwn(
      bench,
      engine,
      url,
      { model: { kind: "closed", connections }, maxInFlight: connections, ...special },
      seconds,
    ),
  open: (bench, url, { rate, atOnce }, seconds) =>
    runOwn(
      bench,
      engine,
      url,
      { model: { kind: "open", rate, spacing }, maxInFlight: room ?? atOnce, ...special },
      seconds,
    ),
});

export const nativeTool: Tool = toolFor({
  ...{ engine: native, name: "native", spacing: "poisson", room: 10_000 },
  version: async () => "shakedown native, 1 worker",
});

export const nativeHttp2: Tool = toolFor({
  ...{
    engine: native,
    name: "native, HTTP/2",
    spacing: "poisson",
    room: 10_000,
    special: { http2: { connections: 1 } },
  },
  version: async () => "shakedown native, 1 worker",
});

/** With its requests heard by remote write, as a run hears them. */
export const k6Tool: Tool = toolFor({
  ...{ engine: k6, name: "k6, as our engine", spacing: "even" },
  version: k6Version,
});

/** With each of its requests heard. */
export const k6Exact: Tool = toolFor({
  ...{ engine: k6, name: "k6, as our engine, exact", spacing: "even", special: { exact: true } },
  version: k6Version,
});

async function k6Version({ host }: Bench): Promise<string | null> {
  const found = findK6(host.env);
  return typeof found === "string" ? null : `shakedown's k6 engine with k6 ${found.version}`;
}
