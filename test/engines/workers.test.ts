/** One worker or three: what the server saw, what the bins count and what the histograms hold are the same numbers. */
import { describe, expect, test } from "vitest";
import { decodeHistogram } from "../../runner/engines/histogram.ts";
import { engines } from "../../runner/engines/registry.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, aRequest, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { httpServer } from "../support/tcp-server.ts";

const requests = [aRequest({ name: "a", path: "/a" }), aRequest({ name: "b", path: "/b" })];
const closed = { kind: "closed", connections: 5 } as const;
const loads: readonly [string, Partial<LoadSpec>][] = [
  ["native, open", { model: { kind: "open", rate: 150, spacing: "poisson" } }],
  ["native, closed", { model: closed }],
  ["autocannon, closed", { model: closed, engine: "autocannon" }],
];

describe.each(loads)("%s", (_, changes) => {
  test.concurrent.each([1, 3])("%i worker(s) count exactly", async (workers) => {
    const seen = { "/a": 0, "/b": 0 };
    await using server = await httpServer((request, response) => {
      seen[request.url as "/a" | "/b"]++;
      // A pause keeps the closed loop from taking a whole core.
      setTimeout(() => response.writeHead(request.url === "/a" ? 200 : 404).end("x"), 15);
    });
    const load = aLoad({ ...changes, workers, requests });
    const it = await runLoad({
      port: server.port,
      load,
      // So long that a stall does not take a whole one.
      phases: [onePhase(load, 1500, "one"), onePhase(load, 1500, "two")],
    });
    expect(it.lost).toEqual([]);

    const { due, slow, ...counts } = countsOf(it.lines);
    expect(slow).toBe(0);
    expect(counts).toEqual({ ok: seen["/a"], "4xx": seen["/b"] });
    expect(it.totals).toMatchObject({ due, sent: due, ...counts });
    const lines = histogramLines(it.lines);
    const sum = (request: string) => lines.filter((l) => l.request === request).reduce((n, l) => n + l.count, 0);
    expect([sum("a"), sum("b")]).toEqual([seen["/a"], seen["/b"]]);
    for (const line of lines) {
      expect(decodeHistogram(line.response ?? "").totalCount).toBe(line.count);
      expect(decodeHistogram(line.service ?? "").totalCount).toBe(line.count);
    }
    expect(new Set(lines.map((l) => l.phase))).toEqual(new Set(["one", "two"]));
    expect(new Set(it.lines.flatMap((l) => (l.type === "self" ? [l.worker] : []))).size).toBe(workers);
  });
});

test.concurrent("evenly spaced, three workers send exactly what is due, in each bin", async () => {
  await using server = await httpServer((_, response) => response.end());
  const load = aLoad({ workers: 3, model: { kind: "open", rate: 200, spacing: "even" } });
  const { lines, totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 1500)] });
  expect(totals).toMatchObject({ due: 300, sent: 300, ok: 300 });
  const bins = new Map<number, number>();
  for (const it of lines) if (it.type === "bin") bins.set(it.t, (bins.get(it.t) ?? 0) + it.due);
  expect([...bins].sort(([a], [b]) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => [i * 100, 20]));
});

test.concurrent("a phase boundary changes the rate at once, and requests belong to the phase in which they were due", async () => {
  await using server = await httpServer((_, response) => setTimeout(() => response.end(), 100));
  const load = aLoad();
  const { lines } = await runLoad({
    port: server.port,
    load,
    phases: [
      { name: "low", durationMs: 500, load: { kind: "open", from: 20, to: 20 } },
      { name: "rise", durationMs: 500, load: { kind: "open", from: 20, to: 220 } },
      { name: "high", durationMs: 500, load: { kind: "open", from: 400, to: 400 } },
    ],
  });
  const counts = Map.groupBy(histogramLines(lines), (it) => it.phase);
  expect([...counts].map(([phase, its]) => [phase, its.reduce((n, it) => n + it.count, 0)])).toEqual([
    ["low", 10],
    ["rise", 60],
    ["high", 200],
  ]);
});

test.concurrent("slow answers are counted against the threshold in force", async () => {
  await using server = await httpServer((_, response) => setTimeout(() => response.end(), 30));
  const load = aLoad();
  const run = (us: number | null) =>
    runLoad({
      port: server.port,
      load,
      phases: [onePhase(load, 500)],
      during: (session) => us !== null && session.slow(us),
    });
  const [none, low, high] = await Promise.all([run(null), run(20_000), run(60_000_000)]);
  expect([none, low, high].map((it) => countsOf(it.lines).slow)).toEqual([0, 50, 0]);
});

test.concurrent("single requests are told with their times and the ports they came from", async () => {
  const ports = new Set<number | undefined>();
  await using server = await httpServer((request, response) => {
    ports.add(request.socket.remotePort);
    setTimeout(() => response.end(), 10);
  });
  const load = aLoad();
  const { lines } = await runLoad({ port: server.port, load, phases: [onePhase(load, 1000)] });
  const singles = lines.filter((it) => it.type === "request");
  expect(singles.length).toBeGreaterThanOrEqual(5);
  expect(singles.length).toBeLessThanOrEqual(75);
  for (const it of singles) {
    expect(it.due).toBeLessThanOrEqual(it.sent ?? Number.NaN);
    expect(it.end - (it.sent ?? 0)).toBeGreaterThanOrEqual(9);
    expect(ports.has(it.port ?? 0)).toBe(true);
  }
});

test("every registered engine refuses what it can't do, and takes what it can", () => {
  for (const engine of engines) {
    for (const kind of engine.models) {
      const model =
        kind === "open" ? ({ kind, rate: 1, spacing: "even" } as const) : ({ kind, connections: 1 } as const);
      expect(engine.problems(aLoad({ engine: engine.name, model }), process.env)).toEqual([]);
    }
    expect(engine.problems(aLoad({ model: closed, maxInFlight: 2, workers: 3 }), process.env)).toHaveLength(1);
    const split = aRequest({ headers: { "x-a": "1\r\nx-b: 2" }, path: "/a b", method: "GET /" });
    expect(engine.problems(aLoad({ model: closed, requests: [split] }), process.env)).toHaveLength(3);
  }
  const autocannon = engines.find((it) => it.name === "autocannon");
  expect(autocannon?.problems(aLoad(), {})).toEqual([expect.stringContaining("no open model")]);
});

test("autocannon refuses, one by one, the options that it would not heed, and names the engine that does", () => {
  const autocannon = engines.find((it) => it.name === "autocannon");
  const problems = (changes: Partial<LoadSpec>) =>
    autocannon?.problems(aLoad({ engine: "autocannon", model: closed, requests, ...changes }), {});
  const cases: readonly [Partial<LoadSpec>, string][] = [
    [{ model: { kind: "open", rate: 1, spacing: "even" } }, "no open model"],
    [{ keepAlive: { maxRequests: 5, maxAgeMs: null } }, "can't bound a connection's requests or age"],
    [{ keepAlive: { maxRequests: null, maxAgeMs: 5 } }, "can't bound a connection's requests or age"],
    [{ requests: [aRequest({ weight: 2 }), aRequest({ name: "b" })] }, "has no weights"],
    [{ requests: [aRequest({ method: "HEAD" })] }, "after HEAD"],
  ];
  expect(problems({})).toEqual([]);
  for (const [changes, says] of cases) {
    expect(problems(changes), says).toEqual([expect.stringMatching(new RegExp(`${says}.*; use engine: native$`))]);
  }
});

test("every engine but the native one refuses what makes requests differ, and names the one that can", () => {
  const steps = [aRequest({ name: "a", weight: 0 }), aRequest({ name: "b", weight: 0 })];
  const cases: readonly [string, Partial<LoadSpec>][] = [
    ["feeds", { feeds: [{ name: "users", file: "/users.csv", order: "random", rows: 1, sha256: "" }] }],
    ["checks", { requests: [aRequest({ check: [{ name: "status", kind: "status", codes: ["200"] }] })] }],
    ["flows", { requests: steps, flows: [{ name: "f", weight: 1, steps: [{ request: "a" }, { request: "b" }] }] }],
    ["think time", { think: { kind: "exponential", meanMs: 1 } }],
  ];
  for (const engine of engines) {
    for (const [what, changes] of cases) {
      const said = engine.problems(aLoad({ engine: engine.name, model: closed, ...changes }), process.env);
      const refusal = expect.stringMatching(new RegExp(`has no ${what}; use engine: native`));
      if (engine.name === "native") expect(said, what).toEqual([]);
      else expect(said, `${engine.name}: ${what}`).toEqual(expect.arrayContaining([refusal]));
    }
  }
});
