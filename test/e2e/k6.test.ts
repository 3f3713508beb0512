/** The sample scenario with a k6 script, run as a user runs it, in histograms and with every request told. */
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { findK6 } from "../../runner/engines/k6/find.ts";
import { harness } from "../support/harness.ts";
import { needs } from "../support/needs.ts";

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
    expect(readFileSync(join(cli.dir, "used"), "utf8")).toBe("from the environment\n".repeat(2));
    const ready = cli.journal().find((it) => it.type === "load.ready");
    expect(ready).toMatchObject({ stamp: "end", binMs: exact ? 100 : 1000 });
  });
