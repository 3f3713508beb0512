/** The sample scenario with a k6 script, run as a user runs it, in histograms and with every request told. */
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { findK6 } from "../../runner/engines/k6/find.ts";
import { harness, noNoiseCheck, service } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { httpServer } from "../support/tcp-server.ts";

const found = findK6(process.env);
const k6 = typeof found === "string" ? "" : found.path;
const file = join(import.meta.dirname, "..", "..", "scenarios", "shop-by-k6.yaml");

for (const exact of [false, true])
  needs.k6(`scenarios/shop-by-k6.yaml is judged by what its script measures, exact: ${exact}`, async () => {
    using cli = harness({ K6_BIN: "./my-k6", GREETING: "from the environment" });
    cli.write("my-k6", `#!/bin/sh\n[ "$1" != run ] || echo "$GREETING" >> ${cli.dir}/used\nexec ${k6} "$@"\n`);
    chmodSync(join(cli.dir, "my-k6"), 0o755);
    // A busy machine decides nothing here.
    const changes = [
      `load.exact=${exact}`,
      "load.timeout=20s",
      "load.rate=20/s",
      "phases.steady.for=3s",
      "samplers.off=[host, process]",
    ];
    const { err } = await cli.run(
      ...["run", file, "--trials", "1", "--history", join(cli.dir, "history")],
      ...changes.flatMap((it) => ["--set", it]),
    );
    const { gates, sections, trust } = cli.judgement();
    const gate = (title: string) => gates.find((it) => it.title === title);
    for (const title of ["answers", "checks"]) expect(gate(title)?.verdict, err).toBe("pass");
    const orders = gate("orders")?.candidate?.value ?? 0;
    expect(orders).toBeGreaterThan(5);
    expect(orders).toBeLessThan(21);
    expect(gate("a visit")?.candidate?.value).toBeGreaterThan(45);
    expect(sections.find((it) => it.id === "script")?.findings).toHaveLength(3);
    expect(trust.map((it) => it.text).join()).toMatch(
      /its thresholds, which do not decide: checks rate>0.95 met in 2 trials/,
    );

    const run = JSON.parse(readFileSync(join(cli.newest(), "run.json"), "utf8"));
    expect(run.environment.k6).toMatch(/^\d+\.\d+/);
    expect(run.scenario.arms[0].load.script.sha256).toMatch(/^[0-9a-f]{64}$/);
    // Two trials, and two more each time that a busy machine made the harness ask again.
    expect(readFileSync(join(cli.dir, "used"), "utf8")).toMatch(/^(?:(?:from the environment\n){2})+$/);
    const ready = cli.journal().find((it) => it.type === "load.ready");
    expect(ready).toMatchObject({ stamp: "end", binMs: exact ? 100 : 1000 });
  });

needs.k6(
  "a script that sends to another service is no verdict on the target, however good the answers are",
  async () => {
    await using other = await httpServer((_, response) => response.end("ok"));
    using cli = harness({ K6_BIN: k6 });
    cli.write(
      "elsewhere.js",
      `import http from "k6/http";
export default () => { http.get("http://127.0.0.1:${other.port}/"); };`,
    );
    cli.write(
      "elsewhere.yaml",
      `apiVersion: shakedown/v1
name: elsewhere
targets: { db: { kind: process, command: [node, ${service("db")}] } }
load: { target: db, engine: k6, script: elsewhere.js, rate: 20/s, timeout: 20s }
phases: [{ name: steady, for: 2s }]
trials: { count: 1 }
${noNoiseCheck}
gates: [{ metric: errors.ratio, max: 1% }]
`,
    );
    const { code, err, out } = await cli.run("run", "elsewhere.yaml");
    expect(code, err).toBe(4);
    expect(other.accepted()).toBeGreaterThan(0);
    expect(out).toMatch(
      /the script sent \d+ requests, and none of them to db: it finds the target in __ENV.SHAKEDOWN_URL/,
    );
  },
);
