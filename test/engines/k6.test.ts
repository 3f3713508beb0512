/** k6 as an engine, the real one: what the server saw, what k6 counted and what the record holds are the same numbers. */
import { expect } from "vitest";
import { bucketWidth } from "../../runner/engines/k6/native-histogram.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
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
      if (name === "open") expect(due).toBeGreaterThan(298);
      if (name === "open") expect(due).toBeLessThan(304);
      const lines = histogramLines(it.lines);
      const sum = (request: string) => lines.filter((l) => l.request === request).reduce((n, l) => n + l.count, 0);
      expect([sum("a"), sum("b")]).toEqual([seen["/a"], seen["/b"]]);
      expect(allOf(it.lines, "response").totalCount).toBe(seen["/a"]);
      expect(allOf(it.lines, "service", "4xx").totalCount).toBe(seen["/b"]);
      expect(new Set(lines.map((l) => l.phase))).toEqual(new Set(["one", "two"]));
    });

needs.k6("a known delay shows in every quantile, within the width of a bucket", async () => {
  await using server = await httpServer((_, response) => setTimeout(() => response.end(), 50));
  const load = aLoad({ engine: "k6", maxInFlight: 50, timeoutMs: 5000 });
  const { lines } = await runLoad({ port: server.port, load, phases: [onePhase(load, 2000)] });
  const service = allOf(lines, "service");
  // Timers fire up to a millisecond early.
  for (const percentile of [1, 50, 90])
    expect(service.getValueAtPercentile(percentile) / 1000).toBeGreaterThan(49 / (1 + bucketWidth));
});

needs.k6("a refused target is counted as such and enters no latency, although k6 says 0 ms", async () => {
  const port = await closedPort();
  const load = aLoad({ engine: "k6", maxInFlight: 20, timeoutMs: 1000 });
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
  expect(lacks.latency).toMatch(
    /^k6 dropped \d+ iterations because its 10 virtual users were all busy: raise maxInFlight/,
  );
});
