/** A load generator that dies or hangs in mid-run makes the run invalid, with what is missing named; it never hangs the run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SelfLine } from "../../runner/record/load-lines.ts";
import { readLatency } from "../../runner/record/reader.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { type Harness, harness, noNoiseCheck, service } from "../support/harness.ts";

const scenario = (load: string) => `
apiVersion: shakedown/v1
name: short
targets:
  db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], ready: { path: /healthz } }
load: { target: db, ${load}, timeout: 1s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: 6s }]
${noNoiseCheck}
trials: { count: 1, seed: 1 }
gates: [{ metric: errors.ratio, max: 50% }]
`;

/** What the workers of the only trial told of themselves so far. */
const selfLines = (cli: Harness): (SelfLine & { worker?: number })[] =>
  readLatency(join(cli.newest(), "trial-01-candidate")).lines.filter((it) => it.type === "self");

/** Runs it, and sends a signal to one of its workers once all have told something. */
async function runAndHit(load: string, workers: number, signal: NodeJS.Signals) {
  const cli = harness();
  cli.write("short.yaml", scenario(load));
  const run = cli.start("run", "short.yaml");
  await cli.reached("load.ready");
  await eventually(() => expect(new Set(selfLines(cli).map((it) => it.worker)).size).toBe(workers), 60_000);
  const id = cli.newest().split("/").at(-1) as string;
  const pid = processesWith("SHAKEDOWN_RUN", id).find(({ pid: it }) =>
    readFileSync(`/proc/${it}/cmdline`, "latin1").includes("worker.main"),
  )?.pid as number;
  process.kill(pid, signal);
  const ended = await run.done;
  return { cli, ...ended, left: processesWith("SHAKEDOWN_RUN", id) };
}

describe.concurrent("one of the load's workers", () => {
  const open = "rate: 100/s, spacing: even";
  const cases: readonly [string, string, number, NodeJS.Signals, RegExp, number][] = [
    ["killed, one of two", `${open}, workers: 2`, 2, "SIGKILL", /it was killed by SIGKILL/, 300],
    ["killed, the only one", open, 1, "SIGKILL", /it was killed by SIGKILL/, 600],
    ["stopped, one of two", `${open}, workers: 2`, 2, "SIGSTOP", /it said nothing for 10 s, so it was killed/, 300],
  ];
  test.each(cases)("%s: the run is invalid and says what is missing", async (_, load, workers, signal, reason, due) => {
    const { cli, code, out, err, left } = await runAndHit(load, workers, signal);
    using __ = cli;
    expect(code, err).toBe(4);
    expect(left).toEqual([]);
    const losses = cli.journal().filter((it) => it.type === "load.lost");
    expect(losses).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason), due })]);
    const { worker = -1, toldMs = -1, told = -1 } = losses[0] ?? {};
    expect(toldMs).toBe(
      Math.max(
        ...selfLines(cli)
          .filter((it) => it.worker === worker)
          .map((it) => it.t),
      ),
    );
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(due);
    const missing = `nothing of it is known after ${(toldMs / 1000).toFixed(1)} s of load: ${due - told} of ${due} requests`;
    const { verdict, trust } = cli.judgement();
    expect(verdict).toBe("invalid");
    expect(trust.find((it) => it.title === "Generator")).toMatchObject({
      status: "invalid",
      text: expect.stringContaining(missing),
    });
    expect(out).toContain(`worker ${worker}: it `);
    // The others made their load to the end.
    const last = Math.max(...selfLines(cli).map((it) => it.t));
    if (workers > 1) expect(last).toBeGreaterThan(5500);
  });

  test("killed in the closed model: the time is named, and that its connections made no load", async () => {
    const { cli, code, err } = await runAndHit("engine: autocannon, connections: 2, workers: 2", 2, "SIGKILL");
    using _ = cli;
    expect(code, err).toBe(4);
    expect(cli.judgement().headline).toMatch(/worker [01]: it was killed by SIGKILL; .* its connections made no load/);
  });
});
