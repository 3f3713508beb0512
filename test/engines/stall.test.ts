/** No coordinated omission: a stalled target shows in the open model's quantiles as theory says; the closed model hides it. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import { bucketWidth } from "../../runner/engines/k6/samples/native-histogram.ts";
import type { LoadModel, LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, allOf, countsOf, onePhase, runLoad } from "../support/load.ts";
import { needs } from "../support/needs.ts";
import { http2Server, httpServer } from "../support/tcp-server.ts";

type Protocol = "HTTP/1.1" | "HTTP/2";

/** Answers at once, but for one stall that begins a while after the first request; tells how long it really was. */
async function stallingServer(protocol: Protocol, afterMs: number, stallMs: number) {
  const held: { end(): unknown }[] = [];
  let begins: number | null = null;
  let lengthMs = 0;
  const answer = (_: unknown, response: { end(): unknown }) => {
    begins ??= performance.now() + afterMs;
    if (lengthMs > 0 || performance.now() < begins) {
      response.end();
      return;
    }
    held.push(response);
    if (held.length > 1) return;
    const since = performance.now();
    setTimeout(() => {
      lengthMs = performance.now() - since;
      for (const it of held) it.end();
    }, stallMs);
  };
  const server = protocol === "HTTP/2" ? await http2Server(answer) : await httpServer(answer);
  return { server, lengthMs: () => lengthMs };
}

async function stalled(protocol: Protocol, model: LoadModel, maxInFlight = 1000, more: Partial<LoadSpec> = {}) {
  const { server, lengthMs } = await stallingServer(protocol, 2000, 2000);
  await using _ = server;
  const load = aLoad({ model, maxInFlight, ...(protocol === "HTTP/2" ? { http2: { connections: 4 } } : {}), ...more });
  const loop = monitorEventLoopDelay();
  loop.enable();
  const it = await runLoad({ port: server.port, load, phases: [onePhase(load, 6000)] });
  loop.disable();
  const worker = it.lines.filter((line) => line.type === "self");
  const mostOf = (values: readonly (number | null)[]) => Math.max(0, ...values.map((value) => value ?? 0));
  /** How long this process and the worker waited for their turn, at worst: answers may be that much later, never earlier. */
  const busyMs =
    loop.max / 1e6 + mostOf(worker.map((line) => line.loopP99)) + mostOf(worker.map((line) => line.lagP99));
  return { ...it, stallMs: lengthMs(), busyMs };
}

// One protocol after the other: the servers of all share this process, and answer late when it is busy.
describe.each(["HTTP/1.1", "HTTP/2"] as const)("a target that stalls for 2 s of 6 s, over %s,", (protocol) => {
  test.concurrent("shows in the open model: of 200 a second, those due in the stall wait for its end", async () => {
    const { lines, totals, stallMs, busyMs } = await stalled(protocol, { kind: "open", rate: 200, spacing: "even" });
    expect(totals).toMatchObject({ due: 1200, ok: 1200 });
    const response = allOf(lines, "response");
    // The k-th slowest was due k/200 s after the stall began, or earlier.
    for (const percentile of [75, 80, 90, 95, 99]) {
      const theoryMs = stallMs - ((100 - percentile) / 100) * 1200 * 5;
      const toldMs = response.getValueAtPercentile(percentile) / 1000;
      expect(toldMs, `p${percentile}`).toBeGreaterThan(theoryMs - 1);
      expect(toldMs, `p${percentile}`).toBeLessThan(theoryMs + 250 + busyMs);
    }
    expect(response.getValueAtPercentile(50) / 1000).toBeLessThan(250 + busyMs);
  });
  test.concurrent("shows as drops when few may be in flight, and none of them is forgotten", async () => {
    const { lines, totals } = await stalled(protocol, { kind: "open", rate: 200, spacing: "even" }, 50);
    expect(totals.due).toBe(1200);
    expect(totals.ok + totals.dropped).toBe(1200);
    expect(totals.dropped).toBeGreaterThan(200);
    expect(countsOf(lines)).toMatchObject({ due: 1200, dropped: totals.dropped });
  });
  test.concurrent("is hidden by the closed model: its p99 says nothing of it, only its maximum does", async () => {
    const { lines, busyMs } = await stalled(protocol, { kind: "closed", connections: 2 });
    const response = allOf(lines, "response");
    expect(response.getValueAtPercentile(99) / 1000).toBeLessThan(1000 + busyMs);
    expect(response.maxValue / 1000).toBeGreaterThan(1900);
  });
});

for (const exact of [false, true])
  needs.k6(
    `k6 with enough virtual users shows a stall as theory says, within its buckets (exact: ${exact})`,
    async () => {
      const model = { kind: "open", rate: 200, spacing: "even" } as const;
      const it = await stalled("HTTP/1.1", model, 1000, { engine: "k6", exact });
      const { lines, totals, stallMs, busyMs, lost, lacks } = it;
      expect([lost, lacks]).toEqual([[], {}]);
      expect(totals.ok).toBe(totals.due);
      expect(totals.due).toBeGreaterThan(1100);
      const width = exact ? 0.001 : bucketWidth;
      const response = allOf(lines, "response");
      for (const percentile of [75, 80, 90, 95, 99]) {
        const theoryMs = stallMs - ((100 - percentile) / 100) * totals.due * 5;
        const toldMs = response.getValueAtPercentile(percentile) / 1000;
        // Its times begin at the send, which a busy machine delays.
        expect(toldMs, `p${percentile}`).toBeGreaterThan((theoryMs - 50 - busyMs) / (1 + width));
        expect(toldMs, `p${percentile}`).toBeLessThan((theoryMs + 250 + busyMs) * (1 + width));
      }
    },
  );
