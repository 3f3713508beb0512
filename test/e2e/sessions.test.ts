/** Runs that are more than one comparison: A/A sessions, confirmed regressions, looks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { harness, noNoiseCheck, service } from "../support/harness.ts";

/** The candidate of the sample database takes this long for a query. A busy machine does not reach the margin; 400 ms are far beyond it. */
const scenario = ({ delayMs = 20, trials = "{ count: 3, seed: 1 }", margin = "400%" } = {}): string => `
apiVersion: shakedown/v1
name: pairs
targets:
  db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], env: { DELAY_MS: "20" }, ready: { path: /healthz } }
load: { target: db, connections: 6, timeout: 20s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: 2s }]
arms: { baseline: {}, candidate: { targets: { db: { env: { DELAY_MS: "${delayMs}" } } } } }
trials: ${trials}
gates: [{ metric: latency.p50, phase: steady, margin: ${margin} }]
${noNoiseCheck}
`;

const files = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : []);

describe.concurrent("an A/A run", () => {
  test("keeps what it measured beside the scenario; the next run prints it, and warns of a margin that so few pairs can't resolve", async () => {
    using cli = harness();
    cli.write("pairs.yaml", scenario());
    const { code, err } = await cli.run("run", "pairs.yaml", "--aa");
    expect(code, err).toBe(0);
    expect(err).toContain("kept as A/A session 1 of this baseline: pairs.history/");
    const [kept] = files(join(cli.dir, "pairs.history"));
    const line = JSON.parse(readFileSync(join(cli.dir, "pairs.history", kept as string), "utf8"));
    expect(line.gates.map((it: { key: string }) => it.key)).toContain("latency.p50 phase=steady");
    expect(line.gates[0].differences).toHaveLength(3);

    cli.write("pairs.yaml", scenario({ trials: "{ count: 2, seed: 2 }", margin: "0.01%" }));
    const next = await cli.run("run", "pairs.yaml");
    expect(next.err).toMatch(/! latency.p50 steady: the margin is 0.01 %, 2 pairs pass from a margin of /);
    expect(cli.judgement().trust.find((it) => it.title === "Calibration")?.text).toMatch(
      /0 false alarms in 1 A\/A session/,
    );
  });

  test("of a scenario without a margin has nothing to calibrate", async () => {
    using cli = harness();
    cli.write("pairs.yaml", scenario().replace("margin: 400%", "max: 1s"));
    const { code, err } = await cli.run("run", "pairs.yaml", "--aa");
    expect(code).toBe(2);
    expect(err).toContain("no gate with a margin");
  });
});

describe.concurrent("a run with --confirm", () => {
  test("starts a second session when something regressed, with a seed of its own, and is final when it agrees", async () => {
    using cli = harness();
    cli.write("pairs.yaml", scenario({ delayMs: 400 }));
    const { code, err, out } = await cli.run("run", "pairs.yaml", "--confirm");
    expect(code, err).toBe(1);
    expect(err).toContain("a second session with seed 2 is to confirm it");
    const runs = files(join(cli.dir, "results", "pairs"));
    expect(runs).toHaveLength(2);
    const about = runs.map((it) => JSON.parse(readFileSync(join(cli.dir, "results", "pairs", it, "run.json"), "utf8")));
    expect(about.map((it) => [it.scenario.trials.seed, it.purpose])).toEqual([
      [1, undefined],
      [2, "confirm"],
    ]);
    expect(about.map((it) => it.command.slice(-3))).toEqual([
      ["run", "pairs.yaml", "--confirm"],
      ["pairs.yaml", "--seed", "2"],
    ]);
    expect(out).toContain("✗ regressed");
    expect(out).toContain("An independent second session agrees.");
    expect(out).not.toContain("next ");
    const first = readFileSync(join(cli.dir, "results", "pairs", runs[0] as string, "judgement.json"), "utf8");
    expect(JSON.parse(first).gates[0].tags).toContain("confirmed");
  });
});

describe.concurrent("a run with looks", () => {
  test("ends at the first look that decides, and its report says what was looked at", async () => {
    using cli = harness();
    cli.write("pairs.yaml", scenario({ delayMs: 400, trials: "{ looks: [4, 8], seed: 1 }" }));
    const { code, err } = await cli.run("run", "pairs.yaml");
    expect(code, err).toBe(1);
    expect(cli.journal().filter((it) => it.type === "look")).toMatchObject([{ look: 1, blocks: 4, decision: "stop" }]);
    expect(cli.judgement().run.blocks).toEqual({ planned: 4, done: 4 });
    expect(cli.judgement().errorRate).toContain("Looked at after 4 of 8 blocks");
    expect(err).toContain("decided at the look after 4 of 8 blocks");
    const fixed = await cli.run("run", "pairs.yaml", "--trials", "3");
    expect(fixed.err).toContain("found both; --trials gives a count, --set trials.looks=null takes the looks away");
    const again = await cli.run("run", "pairs.yaml", "--resume", cli.judgement().run.id);
    expect(again.code).toBe(2);
    expect(again.err).toContain("was ended by its look");
  });

  test("ends at a look that passes, too", async () => {
    using cli = harness();
    cli.write("pairs.yaml", scenario({ trials: "{ looks: [4, 5], seed: 1 }" }));
    const { code, err } = await cli.run("run", "pairs.yaml");
    expect(code, err).toBe(0);
    expect(cli.journal().filter((it) => it.type === "look")).toMatchObject([{ look: 1, blocks: 4, decision: "stop" }]);
  });
});
