/** The closed model, by each engine that has it: lost connections corrupt no latency, and a refused port makes no busy loop. */
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../runner/record/outcomes.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, allOf, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { losingServer, okAnswer } from "../support/losing-server.ts";
import { closedPort, rawServer } from "../support/tcp-server.ts";

/** The server's time per answer, at least: its timer may be late on a busy machine. */
const answerMs = 20;

describe.each(["native", "autocannon"] as const)("%s, closed", (engine) => {
  const load = (changes: Partial<LoadSpec> = {}) =>
    aLoad({ engine, model: { kind: "closed", connections: 4 }, ...changes });
  const cases: readonly [string, Outcome, (socket: Socket) => void][] = [
    ["closes without an answer", "lost", (socket) => void socket.end()],
    ["closes within an answer", "lost", (socket) => void socket.end(okAnswer.slice(0, -1))],
    ["resets", "reset", (socket) => void socket.resetAndDestroy()],
    ["talks nonsense", "protocol", (socket) => void socket.write("SSH-2.0-x\r\n")],
    [
      "closes after the answer, as it said",
      "ok",
      (socket) => void socket.end(okAnswer.replace("OK", "OK\r\nConnection: close")),
    ],
    ["never answers", "timeout", () => undefined],
  ];

  test.concurrent.each(cases)("a server that now and then %s: each counted as %s", async (_, outcome, otherwise) => {
    await using server = await losingServer(answerMs, otherwise);
    const { counts, tookMs } = server;
    // A timeout that no answer reaches which only a busy machine delays; by then, each client has met with one that never comes.
    const spec = load(outcome === "timeout" ? { timeoutMs: 4000 } : {});
    const it = await runLoad({ port: server.port, load: spec, phases: [onePhase(spec, 2500)] });
    expect(it.lost).toEqual([]);
    const { due, slow: __, ...its } = countsOf(it.lines);
    expect(counts.otherwise).toBeGreaterThan(3);
    const expected =
      outcome === "ok"
        ? { ok: counts.answered + counts.otherwise }
        : { ok: counts.answered, [outcome]: counts.otherwise };
    expect(its).toEqual(expected);
    expect(it.totals).toMatchObject({ due, ...expected });
    // Pairing answers with older requests would add the server's time once per lost connection: hundreds of ms by now.
    const service = allOf(it.lines, "service");
    if (outcome !== "ok") expect(service.minNonZeroValue / 1000).toBeGreaterThanOrEqual(answerMs - 2);
    const typicalMs = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? 0;
    expect(service.getValueAtPercentile(50) / 1000).toBeLessThan(typicalMs + 4 * answerMs);
  });

  test.concurrent("a refused port is tried with growing pauses", async () => {
    const it = await runLoad({ port: await closedPort(), load: load(), phases: [onePhase(load(), 2000)] });
    // 5, 10, 20 … 250, 250 ms: about 12 tries by each of 4 clients.
    expect(it.totals.connect).toBeGreaterThanOrEqual(8);
    expect(it.totals.connect).toBeLessThan(70);
    expect(it.totals).toMatchObject({ due: it.totals.connect, sent: 0, ok: 0 });
    expect(allOf(it.lines, "service", "connect").totalCount).toBe(0);
  });

  test.concurrent("each phase has its own number of connections, and all workers together have exactly that", async () => {
    let now = 0;
    /** How many requests were in flight at the arrival of each. */
    const seen: number[] = [];
    await using server = await rawServer((socket) => {
      seen.push(++now);
      setTimeout(() => {
        now--;
        socket.write(okAnswer);
      }, 50);
    });
    // So long that a stall does not take a whole phase.
    const phase = (name: string, connections: number) => ({
      name,
      durationMs: 2000,
      load: { kind: "closed", connections } as const,
    });
    const it = await runLoad({
      port: server.port,
      load: load({ workers: 2 }),
      phases: [phase("few", 2), phase("many", 7), phase("fewer", 1)],
    });
    expect(it.totals).toMatchObject({ due: it.totals.ok, sent: it.totals.ok });
    const per = Map.groupBy(histogramLines(it.lines), (line) => line.phase);
    const sum = (name: string) => (per.get(name) ?? []).reduce((n, line) => n + line.count, 0);
    const [few, many, fewer] = [sum("few"), sum("many"), sum("fewer")];
    expect(few + many + fewer).toBe(seen.length);
    // One request of each client may come so late that some of the next phase are there before it.
    expect(Math.max(...seen.slice(0, few - 2))).toBe(2);
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(7);
    expect(Math.max(...seen)).toBeLessThanOrEqual(engine === "native" ? 7 : 9);
    expect(seen.slice(few + many).filter((it) => it > 1).length).toBeLessThanOrEqual(8);
    expect(seen.at(-1)).toBe(1);
  });
});
