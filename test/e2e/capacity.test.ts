/** A search for the capacity of a real process whose capacity is known by construction: two clerks of 25 ms bear 80 requests a second. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { harness, noNoiseCheck } from "../support/harness.ts";

const queue = join(import.meta.dirname, "..", "..", "scenarios", "targets", "node", "queue.mjs");

const scenario = (search: string, least: string): string => `
apiVersion: shakedown/v1
name: capacity
targets:
  queue:
    kind: process
    command: [node, ${JSON.stringify(queue)}]
    env: { CLERKS: "2", SERVICE_MS: "25" }
    ready: { path: /healthz }
load: { target: queue, spacing: even, timeout: 1s, requests: [{ name: serve, get: /serve }] }
phases: [{ name: steady, for: 2s }]
${noNoiseCheck}
search: ${search}
gates: [{ metric: capacity.rate, min: ${least} }]
`;

/** A machine that stalls the generator for a moment spoils a trial, which is made again; three in a row end a search. */
const quick = "over: load.rate, width: 15%, exceed: 1/2, soak: false, while: [{ metric: latency.p75, max: 200ms }]";

describe.concurrent("a search", { timeout: 400_000 }, () => {
  test("finds what a real process bears, and goes on where it was cut off", async () => {
    using cli = harness();
    cli.write("capacity.yaml", scenario(`{ ${quick}, from: 30/s, trials: 1 }`, "40/s"));
    const first = await cli.run("run", "capacity.yaml");
    expect(first.code, first.err).toBe(3);
    expect(cli.journal().findLast((it) => it.type === "search.end")).toMatchObject({ end: "trials" });
    const run = cli.judgement().run.id;
    const rest = await cli.run("run", "capacity.yaml", "--set", "search.trials=60", "--resume", run);
    expect(rest.code, rest.err).toBe(0);
    const { search, verdict } = cli.judgement();
    expect(verdict).toBe("pass");
    expect(search?.goals).toMatchObject([{ status: "found" }]);
    // 2 s at 15 % too much leave a backlog of 0.3 s, which three quarters of the requests see.
    expect(search?.goals[0]?.value).toBeGreaterThan(60);
    expect(search?.goals[0]?.value).toBeLessThan(105);
    const points = cli.journal().filter((it) => it.type === "search.point");
    expect(points.slice(0, 3).map((it) => it.value)).toEqual([30, 60, 120]);
    expect(points.some((it) => it.purpose === "recovery")).toBe(true);
    expect(rest.err).toMatch(/trial \d+ {2}probe at [\d.]+\/s: .*; so far [\d.]+\/s held/);
  });

  test("that can't even begin says so and fails", async () => {
    using cli = harness();
    cli.write("capacity.yaml", scenario(`{ ${quick}, from: 200/s }`, "250/s"));
    const { code, out, err } = await cli.run("run", "capacity.yaml");
    expect(code, err).toBe(1);
    expect(out).toContain("Not even 200/s holds");
  });
});
