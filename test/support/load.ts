/** Loads for tests: a spec with every field, and a load run to its end with all the lines it wrote. */
import { expect } from "vitest";
import type { JobPhase, LoadEnd, LoadSession } from "../../runner/engines/engine.ts";
import { decodeHistogram, emptyHistogram } from "../../runner/engines/histogram.ts";
import { engineNamed } from "../../runner/engines/registry.ts";
import { startLoad } from "../../runner/engines/session.ts";
import type { HistogramLine, LatencyLine } from "../../runner/record/load-lines.ts";
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { LoadSpec, RequestSpec } from "../../runner/record/scenario.ts";
import { realHost } from "../../runner/shared/real-host.ts";

export const aRequest = (changes: Partial<RequestSpec> = {}): RequestSpec => ({
  name: "get",
  method: "GET",
  path: "/",
  headers: {},
  body: null,
  weight: 1,
  ...changes,
});

export const aLoad = (changes: Partial<LoadSpec> = {}): LoadSpec => ({
  target: "shop",
  engine: "native",
  workers: 1,
  model: { kind: "open", rate: 100, spacing: "even" },
  // Longer than a busy machine may keep an answer back.
  timeoutMs: 20_000,
  maxInFlight: 1000,
  keepAlive: { maxRequests: null, maxAgeMs: null },
  requests: [aRequest()],
  ...changes,
});

/** One phase as the load's model says. */
export const onePhase = (load: LoadSpec, durationMs: number, name = "steady"): JobPhase => ({
  name,
  durationMs,
  load: load.model.kind === "open" ? { kind: "open", from: load.model.rate, to: load.model.rate } : load.model,
});

interface Loaded extends LoadEnd {
  readonly lines: readonly LatencyLine[];
}

export async function runLoad(options: {
  readonly port: number;
  readonly load: LoadSpec;
  readonly phases: readonly JobPhase[];
  readonly seed?: number;
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly during?: (session: LoadSession) => unknown;
}): Promise<Loaded> {
  const host = realHost();
  const lines: LatencyLine[] = [];
  const session = startLoad(host, {
    engine: engineNamed(options.load.engine),
    load: options.load,
    phases: options.phases,
    address: { host: "127.0.0.1", port: options.port },
    seed: options.seed ?? 1,
    env: { ...host.env, ...options.env },
    write: (line) => lines.push(line),
  });
  try {
    await session.ready;
    session.go(host.clock.now() + 50);
    await options.during?.(session);
    return { ...(await session.done), lines };
  } finally {
    await session.stop();
  }
}

export const histogramLines = (lines: readonly LatencyLine[]): (HistogramLine & { v: 1 })[] =>
  lines.filter((it) => it.type === "histogram");

/** All histograms of one kind, added up. */
export function allOf(lines: readonly LatencyLine[], which: "response" | "service", outcome: Outcome = "ok") {
  const sum = emptyHistogram();
  for (const line of histogramLines(lines)) {
    const text = line[which];
    if (line.outcome === outcome && text !== null) sum.add(decodeHistogram(text));
  }
  return sum;
}

/** What the bins say, over all of them. */
export function countsOf(
  lines: readonly LatencyLine[],
): { due: number; slow: number } & Partial<Record<Outcome, number>> {
  const sum: { due: number; slow: number } & Partial<Record<Outcome, number>> = { due: 0, slow: 0 };
  for (const line of lines) {
    if (line.type !== "bin") continue;
    sum.due += line.due;
    sum.slow += line.slow;
    for (const [outcome, count] of Object.entries(line.counts) as [Outcome, number][]) {
      sum[outcome] = (sum[outcome] ?? 0) + count;
    }
  }
  return sum;
}

/** A short load, in which no request was lost sight of. */
export async function shortLoad({ port }: { readonly port: number }, load: LoadSpec, durationMs = 500) {
  const it = await runLoad({ port, load, phases: [onePhase(load, durationMs)] });
  expect(it.lost).toEqual([]);
  const { due, slow: _, ...counts } = countsOf(it.lines);
  expect(
    Object.values(counts).reduce((sum, n) => sum + n, 0),
    "every due request has an outcome",
  ).toBe(due);
  return { ...it, due, counts };
}
