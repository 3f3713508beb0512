/** A search for the capacity of a real process whose capacity is known by construction: two clerks of 25 ms bear 80 requests a second. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Finished, type Harness, harness, noNoiseCheck } from "../support/harness.ts";

const queue = join(import.meta.dirname, "..", "..", "scenarios", "targets", "node", "queue.mjs");

interface Asked {
  readonly search: string;
  readonly gate: string;
  readonly env?: string;
  /** Of the load; a search over the rate sets that itself. */
  readonly load?: string;
}

const scenario = ({ search, gate, env = '{ CLERKS: "2", SERVICE_MS: "25" }', load = "" }: Asked): string => `
apiVersion: shakedown/v1
name: capacity
targets:
  queue:
    kind: process
    command: [node, ${JSON.stringify(queue)}]
    env: ${env}
    ready: { path: /healthz }
load: { target: queue, ${load} spacing: even, timeout: 1s, requests: [{ name: serve, get: /serve }] }
phases: [{ name: steady, for: 2s }]
${noNoiseCheck}
search: ${search}
gates: [{ ${gate} }]
`;

/** A machine that stalls the generator for a moment spoils a trial, which is made again. */
const quick = "over: load.rate, width: 15%, exceed: 1/2, soak: false, while: [{ metric: latency.p75, max: 200ms }]";

const rateScenario = (range: string, least: string): string =>
  scenario({ search: `{ ${quick}, ${range} }`, gate: `metric: capacity.rate, min: ${least}` });

/** Where neighbours spoil trial after trial, a search ends and says how to go on: as somebody would who waits for a quieter moment. */
async function untilDecided(cli: Harness, file: string, ...more: string[]): Promise<Finished> {
  let finished = await cli.run("run", file, ...more);
  for (let again = 0; again < 20 && endOf(cli) === "disturbed"; again++)
    finished = await cli.run("run", file, ...more.slice(0, 2), "--resume", cli.judgement().run.id);
  return finished;
}

const endOf = (cli: Harness): string | undefined => {
  const end = cli.journal().findLast((it) => it.type === "search.end");
  return end?.type === "search.end" ? end.end : undefined;
};

describe.concurrent("a search", { timeout: 400_000 }, () => {
  test("finds what a real process bears, and goes on where it was cut off", async () => {
    using cli = harness();
    cli.write("capacity.yaml", rateScenario("from: 30/s, trials: 1", "40/s"));
    const first = await cli.run("run", "capacity.yaml");
    expect(first.code, first.err).toBe(3);
    expect(endOf(cli)).toBe("trials");
    const run = cli.judgement().run.id;
    const rest = await untilDecided(cli, "capacity.yaml", "--set", "search.trials=60", "--resume", run);
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

  test("finds how many clerks a load needs, a whole number that each trial's process was started with", async () => {
    using cli = harness();
    const search = `{ over: targets.queue.env.CLERKS, from: 8, harder: down, repeat: 1, exceed: 0%, soak: false,
  while: [{ metric: latency.p75, max: 100ms }] }`;
    const gate = "metric: capacity.value, max: 6";
    // 190 a second of 20 ms each keep 3.8 clerks busy.
    cli.write("clerks.yaml", scenario({ search, gate, env: '{ SERVICE_MS: "20" }', load: "rate: 190/s," }));
    const { code, err, out } = await untilDecided(cli, "clerks.yaml");
    expect(code, err).toBe(0);
    expect(cli.judgement().search?.goals).toMatchObject([{ status: "found", value: 4, upperBound: 3 }]);
    expect(out).toMatch(/✓ pass {2}Hardest value · targets\.queue\.env\.CLERKS +4 /);
    const tried = cli.journal().flatMap((it) => (it.type === "search.point" ? [it.value] : []));
    expect(tried.filter((it, i) => it !== tried[i - 1]).slice(0, 3)).toEqual([8, 4, 2]);
  });

  test("finds it by k6, too, whose virtual users are all busy at what is too much", async () => {
    using cli = harness();
    const search = `{ ${quick}, from: 30/s }`;
    const gate = "metric: capacity.rate, min: 40/s";
    cli.write("capacity.yaml", scenario({ search, gate, load: "engine: k6, maxInFlight: 30," }));
    const { code, err } = await untilDecided(cli, "capacity.yaml");
    expect(code, err).toBe(0);
    const { search: found } = cli.judgement();
    expect(found?.goals).toMatchObject([{ status: "found" }]);
    expect(found?.goals[0]?.value).toBeGreaterThan(60);
    expect(found?.goals[0]?.value).toBeLessThan(105);
  });

  test("that can't even begin says so and fails", async () => {
    using cli = harness();
    cli.write("capacity.yaml", rateScenario("from: 200/s", "250/s"));
    const { code, out, err } = await untilDecided(cli, "capacity.yaml");
    expect(code, err).toBe(1);
    expect(out).toContain("Not even 200/s holds");
  });
});
