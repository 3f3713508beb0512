/** k6 as an engine, the real one: what the server saw, what k6 counted and what the record holds are the same numbers. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { measuredOf } from "../../reports/evidence/measured.ts";
import { bucketWidth } from "../../runner/engines/k6/samples/native-histogram.ts";
import type { MeasuredPart } from "../../runner/record/load-lines.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { quantileOf } from "../../runner/record/value-buckets.ts";
import { scriptOf } from "../support/k6-script.ts";
import { aLoad, allOf, aRequest, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { needs } from "../support/needs.ts";
import { closedPort, httpServer } from "../support/tcp-server.ts";

const requests = [aRequest({ name: "a", path: "/a" }), aRequest({ name: "b", path: "/b" })];
const models: readonly [string, LoadSpec["model"]][] = [
  ["open", { kind: "open", rate: 150, spacing: "even" }],
  ["closed", { kind: "closed", connections: 5 }],
];

for (const [name, model] of models)
  for (const workers of [1, 3])
    needs.k6(`${workers} worker(s) count exactly, ${name}`, async () => {
      const seen = { "/a": 0, "/b": 0 };
      await using server = await httpServer((request, response) => {
        seen[request.url as "/a" | "/b"]++;
        setTimeout(() => response.writeHead(request.url === "/a" ? 200 : 404).end("x"), 20);
      });
      const load = aLoad({ engine: "k6", model, workers, requests, maxInFlight: 200, timeoutMs: 5000 });
      const phases = [onePhase(load, 1000, "one"), onePhase(load, 1000, "two")];
      const it = await runLoad({ port: server.port, load, phases });
      expect(it.lost).toEqual([]);
      expect(it.lacks).toEqual({});
      expect(it.startSkewMs).not.toBeNull();

      const { due, slow, ...counts } = countsOf(it.lines);
      expect(slow).toBe(0);
      expect(counts).toEqual({ ok: seen["/a"], "4xx": seen["/b"] });
      expect(it.totals).toMatchObject({ due, sent: due, ...counts });
      expect(due).toBeGreaterThan(100);
      const lines = histogramLines(it.lines);
      const sum = (request: string) => lines.filter((l) => l.request === request).reduce((n, l) => n + l.count, 0);
      expect([sum("a"), sum("b")]).toEqual([seen["/a"], seen["/b"]]);
      expect(allOf(it.lines, "response").totalCount).toBe(seen["/a"]);
      expect(allOf(it.lines, "service", "4xx").totalCount).toBe(seen["/b"]);
      expect(new Set(lines.map((l) => l.phase))).toEqual(new Set(["one", "two"]));
    });

needs.k6(
  "answers of known delays have the quantiles that the server itself saw, and that the native engine tells",
  async () => {
    const delays = [10, 30, 90, 270];
    for (const engine of ["k6", "native"] as const) {
      const took: number[] = [];
      let served = 0;
      await using server = await httpServer((_, response) => {
        const began = performance.now();
        setTimeout(() => response.end(() => took.push(performance.now() - began)), delays[served++ % 4]);
      });
      const load = aLoad({ engine, maxInFlight: 200, timeoutMs: 5000 });
      const loop = monitorEventLoopDelay();
      loop.enable();
      const { lines } = await runLoad({ port: server.port, load, phases: [onePhase(load, 4000)] });
      loop.disable();
      const width = engine === "k6" ? bucketWidth : 0.001;
      took.sort((a, b) => a - b);
      // In the middle of each step.
      for (const percent of [12, 38, 62, 88]) {
        const told = allOf(lines, "service").getValueAtPercentile(percent) / 1000;
        const seen = took[Math.floor((percent / 100) * took.length)] as number;
        expect(told, `${engine} p${percent}`).toBeGreaterThan((seen - 1) / (1 + width));
        expect(told, `${engine} p${percent}`).toBeLessThan((seen + 10 + loop.max / 1e6) * (1 + width));
      }
    }
  },
);

needs.k6("a refused target is counted as such and enters no latency, although k6 says 0 ms", async () => {
  const port = await closedPort();
  const load = aLoad({ engine: "k6", maxInFlight: 200, timeoutMs: 1000 });
  const { lines, totals, lost } = await runLoad({ port, load, phases: [onePhase(load, 1000)] });
  expect(lost).toEqual([]);
  expect(totals).toMatchObject({ ok: 0, sent: 0, connect: totals.due });
  expect(totals.due).toBeGreaterThan(90);
  expect(allOf(lines, "response").totalCount).toBe(0);
});

needs.k6("with too few virtual users the trial has no latency, and the drops are counted", async () => {
  await using server = await httpServer((_, response) => setTimeout(() => response.end(), 500));
  const load = aLoad({ engine: "k6", maxInFlight: 10, timeoutMs: 2000 });
  const { lines, totals, lacks, lost } = await runLoad({ port: server.port, load, phases: [onePhase(load, 2000)] });
  expect(lost).toEqual([]);
  expect(totals.dropped).toBeGreaterThan(50);
  expect(countsOf(lines)).toMatchObject({ due: totals.due, dropped: totals.dropped });
  expect(lacks.latency).toMatch(/^dropped iterations: the 10 virtual users of k6 were all busy; raise maxInFlight/);
});

const script = fileURLToPath(new URL("../fixtures/k6/shop.js", import.meta.url));
/** Counts what came, by path; `/buy` takes 20 ms. */
async function shop() {
  const seen: Record<string, number> = {};
  const tokens = new Set<string>();
  const server = await httpServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] as string;
    seen[path] = (seen[path] ?? 0) + 1;
    if (path === "/buy") tokens.add(String(request.headers.token));
    setTimeout(() => response.end("x"), path === "/buy" ? 20 : 0);
  });
  return Object.assign(server, { seen, tokens });
}
const scripted = (changes: Partial<LoadSpec>) =>
  aLoad({
    engine: "k6",
    requests: [],
    script: scriptOf(script),
    maxInFlight: 200,
    timeoutMs: 5000,
    ...changes,
  });

for (const exact of [false, true])
  needs.k6(`a script with our arrivals runs setup and teardown once for 3 workers, exact: ${exact}`, async () => {
    await using server = await shop();
    const load = scripted({ workers: 3, exact, model: { kind: "open", rate: 100, spacing: "even" } });
    const it = await runLoad({ port: server.port, load, phases: [onePhase(load, 2000)] });
    expect(it.lost).toEqual([]);
    expect(server.seen).toEqual({ "/setup": 1, "/teardown": 1, "/buy": it.totals.due });
    expect([...server.tokens]).toEqual(["token-of-setup"]);
    expect(it.totals).toMatchObject({ ok: it.totals.due, lost: 0 });
    expect(it.totals.due).toBeGreaterThan(190);
    expect(new Set(histogramLines(it.lines).map((line) => line.request))).toEqual(new Set(["buy"]));
    expect(allOf(it.lines, "response").totalCount).toBe(it.totals.due);
    const bins = it.lines.flatMap((line) => (line.type === "bin" ? [line.t] : []));
    expect(bins.every((t) => t % (exact ? 100 : 1000) === 0)).toBe(true);
    const singles = it.lines.filter((line) => line.type === "request");
    expect(singles.length > 0).toBe(exact);
    for (const one of singles) {
      expect(one.due).toBeLessThanOrEqual(one.sent ?? Number.NaN);
      expect(one.end - (one.sent ?? 0)).toBeGreaterThanOrEqual(19);
    }
    const measured = measuredOf(it.lines.filter((line) => line.type === "measured"));
    const sum = (name: string) => measured(name, ["steady"]);
    expect(sum(exact ? "items" : "items_total")?.sum).toBe(2 * it.totals.due);
    expect(sum("level")?.last).toBe(7);
    const { values: checks } = sum(exact ? "checks" : "checks_rate") as MeasuredPart;
    expect(checks && checks.zero / checks.count).toBeCloseTo(0.5, 9);
    const { values: cart } = sum(exact ? "cart" : "cart_seconds") as MeasuredPart;
    expect(cart?.count).toBe(it.totals.due);
    expect(sum("http_request_weight")?.values?.count).toBe(it.totals.due);
    const p50 = (cart === null ? null : quantileOf(cart, 0.5)) ?? 0;
    expect(Math.abs((exact ? p50 : p50 * 1000) - 250) / 250).toBeLessThanOrEqual(bucketWidth);
    expect(it.lacks).toEqual({});
    expect(it.thresholds).toHaveLength(2 * 3);
    for (const one of it.thresholds) expect(one.met).toBe(false);
    expect(it.thresholds).toContainEqual({ expression: "checks rate>0.5", met: false, found: 0.5 });
    const slow = { expression: "http_req_duration p(95)<1", met: false, found: expect.any(Number) };
    expect(it.thresholds).toContainEqual(slow);
  });

needs.k6("a script alone makes the load that its own scenarios say, and is stopped with the last phase", async () => {
  await using server = await shop();
  const load = scripted({ model: { kind: "script" } });
  const phases = [onePhase(load, 1000, "one"), onePhase(load, 1000, "two")];
  const { lost, totals, lines, remarks } = await runLoad({ port: server.port, load, phases });
  expect(lost).toEqual([]);
  expect(remarks.join()).toMatch(/k6 was stopped at the end of the last phase with 3 virtual users at work/);
  expect(server.seen["/setup"]).toBe(1);
  expect(totals.ok).toBeGreaterThan(50);
  // What k6 was stopped in, the server has seen and nobody else.
  expect((server.seen["/buy"] ?? 0) - totals.ok).toBeLessThanOrEqual(3);
  expect(new Set(histogramLines(lines).map((line) => line.phase))).toEqual(new Set(["one", "two"]));
});

for (const exact of [false, true])
  needs.k6(`slow answers are counted against the threshold in force, exact: ${exact}`, async () => {
    await using server = await httpServer((_, response) => setTimeout(() => response.end(), 30));
    const load = aLoad({ engine: "k6", exact, maxInFlight: 200, timeoutMs: 5000 });
    const run = async (us: number) => {
      const phases = [onePhase(load, 1000)];
      const { lines, totals } = await runLoad({ port: server.port, load, phases, during: (it) => it.slow(us) });
      return countsOf(lines).slow / totals.due;
    };
    expect([await run(20_000), await run(60_000_000)]).toEqual([1, 0]);
  });
