/**
 * autocannon's eight defects: each is shown on the bare library, so that a version without it is noticed, and shown not to reach what
 * our engine records.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { requestsOf } from "../../reports/evidence/requests.ts";
import { autocannon } from "../../runner/engines/autocannon/autocannon.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { bareAutocannon } from "../support/bare-autocannon.ts";
import { eventually } from "../support/eventually.ts";
import { aLoad, allOf, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { losingServer } from "../support/losing-server.ts";
import { closedPort, httpServer } from "../support/tcp-server.ts";

const url = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

/** Answers after so long, and remembers when requests came. */
async function timedServer(answerMs: number) {
  const cameMs: number[] = [];
  const server = await httpServer((_, response) => {
    cameMs.push(performance.now());
    if (answerMs > 0) setTimeout(() => response.end("ok"), answerMs);
    else response.end("ok");
  });
  return { ...server, cameMs };
}

const closed = (connections: number, workers = 1, timeoutMs = 20_000) =>
  aLoad({ engine: "autocannon", model: { kind: "closed", connections }, workers, timeoutMs });
const run = (port: number, load: ReturnType<typeof closed>, durationMs: number) =>
  runLoad({ port, load, phases: [onePhase(load, durationMs)] });

test("its version is pinned: the guard holds on to private fields", () => {
  const { dependencies } = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
  expect(dependencies.autocannon).toBe("9.0.0");
});

describe.concurrent("defect 1: its correction for coordinated omission has the wrong unit", () => {
  test("bare, it invents answers, faster than any was", async () => {
    await using server = await timedServer(50);
    const { latency, requests } = await bareAutocannon({
      url: url(server),
      connections: 1,
      duration: 2,
      overallRate: 10,
    });
    expect(latency.totalCount).toBeGreaterThan(10 * requests.total);
    expect(latency.min).toBeLessThan(25);
  });
  test("here a service of 50 ms is told as that, once per answer, and a rate is refused", async () => {
    await using server = await timedServer(50);
    const { lines } = await run(server.port, closed(1), 1500);
    const service = allOf(lines, "service");
    expect(service.totalCount).toBe(server.cameMs.length);
    // A timer may fire up to a millisecond early.
    expect(service.minNonZeroValue / 1000).toBeGreaterThanOrEqual(49);
    expect(autocannon.models).toEqual(["closed"]);
    expect(autocannon.problems(aLoad({ engine: "autocannon" }), {})).toEqual([
      expect.stringContaining("no open model"),
    ]);
  });
});

describe.concurrent("defect 2: its rate is a burst at the start of each second, and it counts more than it sent", () => {
  test("bare, it pauses for most of each second", async () => {
    await using server = await timedServer(0);
    const { requests } = await bareAutocannon({ url: url(server), connections: 4, duration: 3, overallRate: 40 });
    const gapsMs = server.cameMs.slice(1).map((it, i) => it - (server.cameMs[i] as number));
    expect(gapsMs.filter((it) => it > 500).length).toBeGreaterThanOrEqual(2);
    expect(requests.sent).toBeGreaterThan(server.cameMs.length);
  });
  test("here requests follow answers, and due, sent and answered are what the server saw", async () => {
    await using server = await timedServer(20);
    const { totals } = await run(server.port, closed(4), 1500);
    const seen = server.cameMs.length;
    expect(totals).toMatchObject({ due: seen, sent: seen, ok: seen });
    expect(seen).toBeGreaterThan(4);
  });
});

describe.concurrent("defect 3: its histogram is of whole milliseconds", () => {
  test("bare, it knows nothing between 0, 1 and 2 ms", async () => {
    await using server = await timedServer(0);
    const { latency } = await bareAutocannon({ url: url(server), connections: 1, duration: 1 });
    expect([latency.p50, latency.p99, latency.max].every(Number.isInteger)).toBe(true);
  });
  test("here a service of less than a millisecond is told in microseconds", async () => {
    await using server = await timedServer(0);
    const { lines } = await run(server.port, closed(1), 1000);
    const service = allOf(lines, "service");
    expect(service.getValueAtPercentile(0)).toBeGreaterThan(0);
    expect([10, 25, 50, 75, 90].some((it) => service.getValueAtPercentile(it) % 1000 !== 0)).toBe(true);
  });
});

describe.concurrent("defect 4: after a lost connection it pairs answers with older requests, and a FIN is no error", () => {
  /** One connection has one request at a time: together they can't take longer than the load. */
  const totalMs = (of: { mean: number; totalCount: number }) => of.mean * of.totalCount;
  test("bare, requests one after another take longer than the run, and none failed", async () => {
    await using server = await losingServer(10, (socket) => void socket.end(), 5);
    const { latency, errors } = await bareAutocannon({ url: url(server), connections: 1, duration: 3 });
    expect(server.counts.otherwise).toBeGreaterThan(2);
    expect(totalMs(latency)).toBeGreaterThan(1.2 * 3000);
    expect(errors).toBe(0);
  });
  test("here they take no longer, and each lost one is counted", async () => {
    await using server = await losingServer(10, (socket) => void socket.end(), 5);
    const { lines, totals } = await run(server.port, closed(1), 3000);
    expect(server.counts.otherwise).toBeGreaterThan(2);
    expect(totals).toMatchObject({ ok: server.counts.answered, lost: server.counts.otherwise });
    const service = allOf(lines, "service");
    expect(totalMs(service) / 1000).toBeLessThan(3000 + service.maxValue / 1000);
  });
});

describe.concurrent("defect 5: it tries a refused port again without a pause", () => {
  test("bare, it makes thousands of errors in three seconds", async () => {
    const { errors } = await bareAutocannon({ url: url({ port: await closedPort() }), connections: 10, duration: 3 });
    expect(errors).toBeGreaterThan(300);
  });
  test("here ten clients try a few times each", async () => {
    const { totals } = await run(await closedPort(), closed(10), 3000);
    expect(totals).toMatchObject({ due: totals.connect, sent: 0, ok: 0 });
    // 5, 10, 20 … 250, 250 ms: about 17 tries by each.
    expect(totals.connect).toBeLessThanOrEqual(190);
  });
});

describe.concurrent("defect 6: what timed out is an error, and no latency", () => {
  test("bare, the slowest latency is below the timeout", async () => {
    await using server = await losingServer(5, () => undefined);
    const { latency, timeouts } = await bareAutocannon({ url: url(server), connections: 4, duration: 6, timeout: 4 });
    expect(timeouts).toBeGreaterThan(0);
    expect(latency.max).toBeLessThan(4000);
  });
  test("here it stands in the latencies at the timeout", async () => {
    await using server = await losingServer(5, () => undefined);
    const { lines, totals } = await run(server.port, closed(4, 1, 4000), 2500);
    expect(totals.timeout).toBe(server.counts.otherwise);
    expect(totals.timeout).toBeGreaterThan(0);
    const given = allOf(lines, "response", "timeout");
    expect(given.totalCount).toBe(totals.timeout);
    expect(given.minNonZeroValue / 1000).toBeGreaterThanOrEqual(3990);
    const phase = { name: "steady", warmup: false, faults: [], start: 0, end: 2500 };
    const { latency } = requestsOf(histogramLines(lines), [phase], 4000).select({ phases: ["steady"], request: null });
    expect(latency.getValueAtPercentile(99) / 1000).toBeGreaterThanOrEqual(3990);
  });
});

describe.concurrent("defect 7: its workers tell no requests, take fewer connections than asked, and never stop", () => {
  test("bare, of five connections over two workers there are four, without a word of any answer", async () => {
    await using server = await timedServer(20);
    const running = bareAutocannon({ url: url(server), connections: 5, duration: 20, workers: 2 });
    let told = 0;
    running.on("response", () => told++);
    await eventually(() => {
      expect(server.accepted()).toBeGreaterThanOrEqual(4);
      expect(server.cameMs.length).toBeGreaterThan(20);
    });
    expect(server.accepted()).toBe(4);
    expect(told).toBe(0);
    running.stop();
    expect(await Promise.race([running.then(() => "settled"), sleep(3000, "still running")])).toBe("still running");
  });
  test("here a worker is a process: five connections are five, both tell requests, and a stop keeps what was told", async () => {
    await using server = await timedServer(20);
    const load = closed(5, 2);
    const { lines, lost } = await runLoad({
      port: server.port,
      load,
      phases: [onePhase(load, 20_000)],
      during: async (session) => {
        while (session.recent(1000).heardMs < 1000) await sleep(50);
        await session.stop();
      },
    });
    expect(lost).toEqual([]);
    expect(server.accepted()).toBe(5);
    expect(new Set(lines.flatMap((it) => (it.type === "request" ? [it.worker] : [])))).toEqual(new Set([0, 1]));
    expect(countsOf(lines).ok).toBeGreaterThan(0);
  });
});

describe.concurrent("defect 8: adding results up loses the rate and the time", () => {
  test("bare, two runs together made no request per second", async () => {
    await using server = await timedServer(20);
    const options = { url: url(server), connections: 2, duration: 2, skipAggregateResult: true };
    const results = await Promise.all([bareAutocannon(options), bareAutocannon(options)]);
    const { requests } = bareAutocannon.aggregateResult(results, options);
    expect(requests.total).toBeGreaterThan(20);
    expect(requests.average).toBe(0);
  });
  test("here two workers add up to what the server saw, at the times when that was", async () => {
    await using server = await timedServer(20);
    const { lines, totals } = await run(server.port, closed(4, 2), 4000);
    expect(totals.ok).toBe(server.cameMs.length);
    expect(countsOf(lines)).toMatchObject({ due: totals.ok, ok: totals.ok });
    const bins = lines.flatMap((it) => (it.type === "bin" && it.due > 0 ? [it.t] : []));
    expect(Math.min(...bins)).toBeLessThan(2000);
    expect(Math.max(...bins)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...bins)).toBeLessThan(4000);
  });
});
