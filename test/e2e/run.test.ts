import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Exit } from "../../runner/shared/errors.ts";
import { freePort } from "../../runner/shared/ports.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { type Harness, harness, noNoiseCheck, service } from "../support/harness.ts";

interface Shape {
  readonly target?: string;
  readonly load?: string;
  readonly request?: string;
  readonly phases?: string;
  readonly more?: string;
}

/**
 * One instance of the sample database under a little load, for two seconds: the median over them says whether the generator kept up, and
 * no request times out, so that one stall of a busy machine decides nothing.
 */
const scenario = ({ target, load, request, phases, more }: Shape = {}): string => `
apiVersion: shakedown/v1
name: short
targets:
  db: ${target ?? `{ kind: process, command: [node, ${JSON.stringify(service("db"))}], ready: { path: /healthz } }`}
load: { target: db, ${load ?? "engine: native, connections: 2"}, timeout: 20s, requests: [${request ?? "{ name: query, get: /query?key=1 }"}] }
phases:
  ${phases ?? "- { name: steady, for: 2s }"}
${noNoiseCheck}
trials: { count: 1, seed: 1 }
${more ?? "gates: [{ metric: errors.ratio, max: 50% }]"}
`;

const began = (cli: Harness, text: string, ...more: string[]) => {
  cli.write("short.yaml", text);
  return cli.start("run", "short.yaml", ...more);
};

const ran = (cli: Harness, text: string, ...more: string[]) => {
  cli.write("short.yaml", text);
  return cli.run("run", "short.yaml", ...more);
};

describe.concurrent("a run", () => {
  test("leaves a record, a judgement and reports, and ends with the verdict's exit code", async () => {
    using cli = harness();
    const { code, out, err } = await ran(cli, scenario(), "--trials", "2");
    expect(code, err).toBe(0);
    expect(out).toMatch(/^report {2}results\/short\/\S+\/report\.html$/m);
    expect(cli.judgement().gates.map((it) => it.verdict)).toEqual(["pass"]);
    expect(cli.journal().at(-1)).toMatchObject({ type: "run.end", status: "completed" });
    expect(cli.judgement().run.blocks).toEqual({ planned: 2, done: 2 });
  });

  test("fails when a bound is broken; with --json its journal is told as NDJSON on stdout, the verdict last", async () => {
    using cli = harness();
    cli.write("short.yaml", scenario({ more: "gates: [{ metric: latency.p50, max: 0.1ms }]" }));
    const { code, out, err } = await cli.run("--json", "run", "short.yaml");
    expect(code, err).toBe(1);
    expect(cli.judgement().verdict).toBe("failed");
    const lines = out
      .trim()
      .split("\n")
      .map((it) => JSON.parse(it));
    expect(lines[0].type).toBe("run.start");
    expect(lines.at(-1)).toMatchObject({ type: "verdict", verdict: "failed" });
    expect(lines.map((it) => it.type)).toContain("trial.end");
  });

  test("drives the closed model by autocannon", async () => {
    using cli = harness();
    const closed = scenario({
      load: "engine: autocannon, connections: 3",
      more: "gates: [{ metric: throughput, min: 1/s }]",
    });
    const { code, err } = await ran(cli, closed);
    expect(code, err).toBe(0);
    expect(cli.judgement().gates[0]?.verdict).toBe("pass");
    expect(cli.judgement().gates[0]?.candidate?.value).toBeGreaterThan(10);
  });

  test("is invalid when more is asked than the generator can send, with what to do", async () => {
    using cli = harness();
    // Nobody parses 900 MB of JSON in a second, while the target only copies it. A full target alone is no matter of the generator: it
    // counts a million drops a second without being late.
    cli.write(
      "heavy.mjs",
      `import { createServer } from "node:http";
      const body = JSON.stringify(Array.from({ length: 80_000 }, (_, i) => ({ i })));
      createServer((_, response) => response.end(body)).listen(process.env.PORT, "127.0.0.1");`,
    );
    const tooMuch = scenario({
      target: "{ kind: process, command: [node, heavy.mjs] }",
      load: "rate: 1000/s, maxInFlight: 100",
      request: "{ name: all, get: /, check: { body: { json: { /0/i: 0 } } } }",
    });
    const { code, out, err } = await began(cli, tooMuch).done;
    expect(code, err).toBe(4);
    expect(out.replaceAll(/\s+/g, " ")).toMatch(
      /could not keep up: .* (add a worker \(load\.workers: 2\)|lower the rate)/,
    );
    const [check] = cli.judgement().trust.filter((it) => it.title === "Generator");
    expect(check).toMatchObject({ status: "invalid", text: expect.stringMatching(/send-time error .* at p99/) });
  });

  test("tells of each of several workers how it kept up", async () => {
    using cli = harness();
    const { code, err } = await ran(cli, scenario({ load: "rate: 100/s, workers: 2" }));
    expect(code, err).toBe(0);
    const [check] = cli.judgement().trust.filter((it) => it.title === "Generator");
    expect(check?.workers?.map((it) => it.worker)).toEqual([0, 1]);
    for (const it of check?.workers ?? []) {
      expect(it.lagP50).toBeGreaterThan(0);
      expect(it.lagP99).toBeGreaterThanOrEqual(it.lagP50 ?? Number.NaN);
      expect(it.connections).toBeGreaterThan(0);
      expect(it.descriptors).toBeGreaterThan(it.connections ?? Number.NaN);
    }
    expect(readFileSync(join(cli.newest(), "report.html"), "utf8")).toContain("Each load worker in its worst trial");
  });

  const built = (build: string, more?: string) =>
    scenario({
      target: `{ kind: process, command: [node, ${JSON.stringify(service("db"))}], build: ${build}, cwd: ".", ready: { path: /healthz } }`,
      phases: "- { name: steady, for: 500ms }",
      ...(more === undefined ? {} : { more }),
    });

  test("builds each arm once, before its first trial, and runs hooks around each, with the targets' addresses", async () => {
    using cli = harness();
    const builds = `[node, -e, "require('fs').appendFileSync('built', 'x')"]`;
    const hook = `[node, -e, "if (!/^127\\\\.0\\\\.0\\\\.1:\\\\d+$/.test(process.env.SHAKEDOWN_TARGET_DB)) process.exit(9)"]`;
    const hooks = `before: [${hook}]\nafter: [${hook}]\ngates: [{ metric: errors.ratio, max: 50% }]`;
    // Once: a run that is asked again, where others kept the generator from the CPU, builds again.
    const { err } = await began(cli, built(builds, hooks), "--trials", "2").done;
    const told = cli.journal().filter((it) => it.type === "trial.end" || it.type === "hook");
    const trial = [{ when: "before", exit: 0 }, { when: "after", exit: 0 }, { type: "trial.end" }];
    expect(told, err).toMatchObject([...trial, ...trial]);
    expect(readFileSync(join(cli.dir, "built"), "utf8")).toBe("x");
  });

  test("whose build fails tells so with its output", async () => {
    using cli = harness();
    const fails = built(`[node, -e, "console.error('no compiler'); process.exit(1)"]`);
    const { code, err } = await ran(cli, fails);
    expect(code).toBe(2);
    expect(err).toContain("no compiler");
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("sends load to somebody else's service through its own router, and can break that way", async () => {
    using cli = harness();
    const port = await freePort();
    const server = spawn(process.execPath, [service("db")], {
      env: { ...process.env, PORT: String(port) },
      stdio: "ignore",
    });
    try {
      const text = scenario({
        target: `{ kind: http, url: "http://127.0.0.1:${port}", ready: { path: /healthz } }`,
        phases: "- { name: steady, for: 1s }\n  - { name: slow, for: 4s, faults: [slows] }",
        more: "faults: { slows: { kind: latency, target: db, delay: 200ms, for: 3s } }\ngates: [{ metric: latency.p50, phase: slow, min: 20ms }]",
      });
      const { err } = await ran(cli, text);
      expect(cli.judgement().faults[0], err).toMatchObject({ grade: "A", arms: [{ landed: 1, reverted: 1 }] });
      expect(server.exitCode).toBeNull();
    } finally {
      server.kill("SIGKILL");
    }
  });

  test("aborts a trial whose target breaks an abort rule, as an outcome of the arm", async () => {
    using cli = harness();
    const { code, err } = await ran(
      cli,
      scenario({
        // The closed model: how late a busy machine lets requests go is not what is tested.
        load: "engine: native, connections: 3",
        phases: "- { name: steady, for: 20s }",
        more: "abort: [{ metric: errors.ratio, max: 50%, for: 2s }]\ngates: [{ metric: errors.ratio, max: 10% }]",
      }).replace("/query?key=1", "/no-such-path"),
      "--trials",
      "2",
    );
    expect(code, err).toBe(1);
    expect(cli.journal().filter((it) => it.type === "abort")).toHaveLength(2);
    expect(cli.journal().filter((it) => it.type === "trial.end")).toMatchObject([
      { outcome: "failed" },
      { outcome: "failed" },
    ]);
  });

  test("says why a target did not get ready, with what it printed", async () => {
    using cli = harness();
    const { code, err } = await began(
      cli,
      scenario({
        target: `{ kind: process, command: [node, -e, "console.error('no database at db:5432'); process.exit(3)"], ready: { path: /, within: 30s } }`,
      }),
      "--trials",
      "2",
    ).done;
    expect(code).toBe(1);
    expect(err).toContain("no database at db:5432");
    expect(err).toContain("exit 3");
  });
});

describe.concurrent("an interrupted run", () => {
  const long = scenario({
    phases: "- { name: steady, for: 1s }\n  - { name: frozen, for: 20s, faults: [freezes] }",
    more: "faults: { freezes: { kind: pause, target: db, count: 1 } }\nsafety: { maxTargets: 100% }\ngates: [{ metric: errors.ratio, phase: steady, max: 50% }]",
  });

  test("undoes its faults, closes its record, reports what there is, and ends with 130; its next block can follow", async () => {
    using cli = harness();
    const run = began(cli, long);
    await cli.reached("fault.acknowledged");
    run.child.kill("SIGINT");
    const { code, out, err } = await run.done;
    expect(code, err).toBe(130);
    expect(out).toContain("this run was interrupted: Ctrl-C.");
    expect(cli.journal().map((it) => it.type)).toEqual(
      expect.arrayContaining(["fault.reverted", "fault.released", "trial.end", "run.end"]),
    );
    expect(cli.journal().at(-1)).toMatchObject({ type: "run.end", status: "interrupted" });
    const id = cli.newest().split("/").at(-1) as string;
    expect(processesWith("SHAKEDOWN_RUN", id)).toEqual([]);

    const other = await cli.run("run", "short.yaml", "--resume", id, "--set", "phases.frozen.for=2s");
    expect(other.code).toBe(2);
    expect(other.err).toContain("measured something else: phases of candidate changed since");
    expect(other.err).toMatch(new RegExp(`go on with it as it began: .*run short\\.yaml --resume ${id}`));
  });

  /** What it ends with when a signal other than Ctrl-C ends it. */
  const endedBy = (signal: NodeJS.Signals) => {
    const reason = expect.stringContaining(signal);
    return { type: "run.end", status: "interrupted", reason };
  };

  test("by SIGHUP ends the same way, with 143, and says what it was", async () => {
    using cli = harness();
    const run = began(cli, long);
    await cli.reached("fault.acknowledged");
    run.child.kill("SIGHUP");
    const { code, err } = await run.done;
    expect(code, err).toBe(143);
    expect(cli.journal().map((it) => it.type)).toContain("fault.released");
    expect(cli.journal().at(-1)).toMatchObject(endedBy("SIGHUP"));
  });

  test("by SIGTERM goes on at its next block, with the blocks it was planned with", async () => {
    using cli = harness();
    const run = began(cli, scenario(), "--trials", "2");
    await cli.reached("block.end");
    run.child.kill("SIGTERM");
    expect((await run.done).code).toBe(143);
    expect(cli.journal().at(-1)).toMatchObject(endedBy("SIGTERM"));
    const id = cli.newest().split("/").at(-1) as string;
    const longer = await cli.run("run", "short.yaml", "--resume", id, "--trials", "3");
    expect(longer.code).toBe(2);
    expect(longer.err).toContain("was planned with 2 blocks, not 3");
    cli.write("short.yaml", readFileSync(join(cli.dir, "short.yaml"), "utf8").replace("max: 50%", "max: 40%"));
    const begun = cli.journal().findLast((it) => it.type === "block.start")?.block as number;
    const { code, err } = await cli.run("run", "short.yaml", "--resume", id.slice(0, -1));
    // A busy machine may keep the generator from its CPU.
    expect([Exit.pass, Exit.invalid], err).toContain(code);
    expect(err).toContain(`block ${begun + 1} of ${begun + 1} `);
    expect(cli.newest().endsWith(id)).toBe(true);
    expect(cli.judgement().run).toMatchObject({ status: "completed" });
    const told = `gates or claims in short.yaml changed since this run began: it is judged by those it began with; afterwards "npx shakedown report ${id} --gates short.yaml" judges it by the new ones, post hoc`;
    expect(err).toContain(`! ${told}`);
    expect(cli.judgement().trust).toContainEqual({ status: "warning", title: "Warnings", text: told });
    expect(cli.judgement().gates.map((it) => it.condition.max)).toEqual([0.5]);
    expect(cli.journal().filter((it) => it.type === "block.end")).toHaveLength(2);
    const times = cli.journal().map((it) => it.t);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("that was killed leaves nothing, stays reportable, and can be judged by other gates", async () => {
    using cli = harness();
    const run = began(cli, long);
    await cli.reached("fault.acknowledged");
    run.child.kill("SIGKILL");
    await run.done;
    const id = cli.newest().split("/").at(-1) as string;
    await eventually(() => expect(processesWith("SHAKEDOWN_RUN", id)).toEqual([]), 20_000);
    expect((await cli.run("recover")).out).toBe("nothing to recover\n");
    cli.write("other.yaml", "gates: [{ metric: throughput, phase: steady, min: 1/s }]\n");
    const { code } = await cli.run("report", id, "--gates", "other.yaml", "--format", "json,junit");
    expect(code).toBe(3);
    expect(cli.judgement().run).toMatchObject({ status: "interrupted", postHoc: true });
    expect(cli.judgement().gates.map((it) => it.metric.name)).toEqual(["throughput"]);
  });
});
