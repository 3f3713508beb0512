/** The first scenario that `init` writes, run as it stands for somebody who is not there: nobody is asked, one arm is judged. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../../runner/shared/ports.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { type Finished, type Harness, harness, service } from "../support/harness.ts";

const path = "/query?key=1";
/**
 * Shorter, and deaf to how busy this machine is: whether the generator kept up is the median of five seconds; a good service comes near
 * the bound only when nothing runs for half of them, a slow one is far above it.
 */
const set = [
  "load.rate=50/s",
  "phases.warmup.for=1s",
  "phases.steady.for=5s",
  "samplers.off=[host,process]",
  "gates.0.max=3s",
  "load.timeout=20s",
  // A probe of readiness does not wait as long as a slow answer takes.
  "targets.service.ready.path=/healthz",
].flatMap((it) => ["--set", it]);
const slow = "4000";

/** What init wrote, run; `more` are options of the run. */
async function firstRun(cli: Harness, target: string, ...more: string[]) {
  const written = await cli.run("init", target, "--path", path);
  expect(written.code, written.err).toBe(0);
  expect(readFileSync(join(cli.dir, "first.yaml"), "utf8")).toMatch(/# open model: .*\n(?:.*\n)*# With one arm/);
  return cli.run("run", "first.yaml", "--trials", "1", ...set, ...more);
}

const passes = (cli: Harness, { code, out, err }: Finished) => {
  expect(code, out + err).toBe(0);
  expect(cli.judgement()).toMatchObject({ verdict: "pass", gates: [{ verdict: "pass" }, { verdict: "pass" }] });
  expect(new Set(cli.journal().flatMap((it) => (it.type === "trial.start" ? [it.arm] : [])))).toEqual(
    new Set(["candidate"]),
  );
};

const fails = (cli: Harness, { code, out, err }: Finished) => {
  expect(code, out + err).toBe(1);
  const { verdict, gates } = cli.judgement();
  expect(verdict).toBe("failed");
  expect(gates.find((it) => it.metric.name === "latency.p95")?.verdict).toBe("failed");
};

describe.concurrent("of a command", () => {
  const command = `node ${JSON.stringify(service("db"))}`;

  test("it passes", async () => {
    using cli = harness();
    passes(cli, await firstRun(cli, command));
  });

  test("it fails when the service is slow", async () => {
    using cli = harness();
    fails(cli, await firstRun(cli, command, "--set", `targets.service.env={DELAY_MS: "${slow}"}`));
  });
});

describe.concurrent("of a service that runs already", () => {
  /** The sample database on a port of its own, with its URL. */
  const running = async (delayMs: string) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = start([process.execPath, service("db")], {
      env: { ...process.env, PORT: String(port), DELAY_MS: delayMs },
    });
    await eventually(async () => expect((await fetch(`${url}/healthz`)).ok).toBe(true));
    return { ...child, url };
  };

  test("it passes", async () => {
    await using db = await running("2");
    using cli = harness();
    passes(cli, await firstRun(cli, db.url));
  });

  test("it fails when the service is slow", async () => {
    await using db = await running(slow);
    using cli = harness();
    fails(cli, await firstRun(cli, db.url));
  });
});
