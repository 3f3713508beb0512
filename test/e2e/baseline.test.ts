/** From the first run without a baseline to a regression found against a stored one: real runs, as a user makes them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Harness, harness, noNoiseCheck, service } from "../support/harness.ts";

const target = `{ kind: process, command: [node, ${JSON.stringify(service("db"))}], env: { DELAY_MS: "20" }, ready: { path: /healthz } }`;
/** A margin that a busy machine does not reach, and a candidate far beyond it. */
const scenario = (arms: string, phase = "2s"): string => `
apiVersion: shakedown/v1
name: short
targets: { db: ${target} }
load: { target: db, engine: native, connections: 6, timeout: 20s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: ${phase} }]
arms: ${arms}
${noNoiseCheck}
trials: { count: 3, seed: 1 }
gates: [{ metric: latency.p50, margin: 400% }]
`;
const slower = (ms: number) => `candidate: { targets: { db: { env: { DELAY_MS: "${ms}" } } } }`;

const newest = (cli: Harness): string => cli.newest().split("/").at(-1) as string;
const gate = (cli: Harness) => cli.judgement().gates.find((it) => it.metric.name === "latency.p50");

/** Three runs of six trials. */
const long = { timeout: 300_000 };

test.concurrent(
  "stored, then compared through the reference arm: the same service is fine, a slower one regressed",
  long,
  async () => {
    using cli = harness();
    cli.write("short.yaml", scenario("{ candidate: {}, reference: {} }"));
    const none = await cli.run("run", "short.yaml");
    expect(none.code).toBe(2);
    expect(none.err).toContain("baseline accept <run>");
    expect(existsSync(join(cli.dir, "results"))).toBe(false);

    const first = await cli.run("run", "short.yaml", "--against", "none");
    expect(first.code, first.err).toBe(3);
    expect(gate(cli)?.because).toContain("no stored baseline was given");
    const accepted = await cli.run("baseline", "accept", newest(cli));
    expect(accepted.code, accepted.err).toBe(0);
    expect(readdirSync(cli.dir)).toContain("short.baseline.json");

    const same = await cli.run("run", "short.yaml");
    expect(same.code, same.err).toBe(0);
    expect(gate(cli)).toMatchObject({ control: "bridged", verdict: "pass", versus: "baseline" });
    const report = readFileSync(join(cli.newest(), "report.html"), "utf8");

    cli.write("short.yaml", scenario(`{ ${slower(300)}, reference: {} }`));
    const [before, earlier] = [newest(cli), cli.newest()];
    const worse = await cli.run("run", "short.yaml");
    expect(worse.code, worse.err).toBe(1);
    expect(gate(cli)).toMatchObject({ control: "bridged", verdict: "regressed" });

    // The record holds what it was compared with: a report is the same after another baseline was accepted.
    const forced = await cli.run("baseline", "accept", newest(cli), "--force");
    expect(forced.code, forced.err).toBe(0);
    expect(forced.out).toContain("→");
    await cli.run("report", before);
    expect(readFileSync(join(earlier, "report.html"), "utf8")).toBe(report);

    const compared = await cli.run("compare", before, newest(cli));
    expect(compared.code, compared.err).toBe(1);
    expect(compared.out).toContain("✗ regressed");
  },
);

test.concurrent("with stored numbers alone nothing is decided, in words; a file that is broken or does not fit stops a run before it begins", async () => {
  using cli = harness();
  cli.write("short.yaml", scenario("{ candidate: {} }"));
  await cli.run("run", "short.yaml", "--against", "none");
  await cli.run("baseline", "accept", newest(cli));
  const { code, out, err } = await cli.run("run", "short.yaml");
  expect(code, err).toBe(3);
  expect(err).toContain("! gates compared with stored numbers alone stay undecided: nothing ties it to run");
  expect(gate(cli)).toMatchObject({ control: "unbridged", verdict: "inconclusive" });
  expect(gate(cli)?.because).toContain("The machine may have changed in between");
  expect(out).toContain("nothing ran in both sessions, so drift between them is not controlled");

  const file = join(cli.dir, "short.baseline.json");
  const text = readFileSync(file, "utf8");
  writeFileSync(join(cli.dir, "other.json"), text.slice(0, 200));
  const broken = await cli.run("run", "short.yaml", "--against", "other.json");
  expect(broken.code).toBe(2);
  expect(broken.err).toContain("the stored baseline other.json can't be read: it is no JSON");
  expect(broken.err).toContain("shakedown baseline accept <run>");

  cli.write("short.yaml", scenario("{ candidate: {} }", "3s"));
  const other = await cli.run("run", "short.yaml");
  expect(other.code).toBe(2);
  expect(other.err).toContain("phases changed since run");
  expect(readdirSync(join(cli.dir, "results", "short"))).toHaveLength(2);
});
