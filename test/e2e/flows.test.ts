/** The sample scenario with users that log in, browse and pay, run as a user runs it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { harness } from "../support/harness.ts";

const file = join(import.meta.dirname, "..", "..", "scenarios", "buy.yaml");

test("scenarios/buy.yaml brings its users through, and its report shows each step and the whole", async () => {
  using cli = harness();
  // A busy machine decides nothing here: it may be as slow as it likes.
  const patient = ["load.timeout=20s", "phases.steady.for=3s", "samplers.off=[host, process]"];
  const { err } = await cli.run(
    "run",
    file,
    "--trials",
    "1",
    "--history",
    join(cli.dir, "history"),
    ...patient.flatMap((it) => ["--set", it]),
  );
  const judgement = cli.judgement();
  expect(judgement.gates.find((it) => it.title === "users get through")?.verdict, err).toBe("pass");

  const tables = judgement.sections.flatMap((it) => it.tables);
  const flows = tables.find((it) => it.kind === "flows")?.rows ?? [];
  expect(flows.map((it) => it.name)).toEqual(["buy", "login", "browse", "pay"]);
  for (const { arms } of flows) expect(arms).toEqual([expect.objectContaining({ arm: "candidate", failed: 0 })]);
  const wheres = judgement.table.filter((it) => it.metric === "latency.p90").map((it) => it.where);
  expect(wheres).toEqual(expect.arrayContaining(["buy", "login", "browse", "pay", "checkout"]));

  // The record holds no row of the feed, only what it was.
  const run = readFileSync(join(cli.newest(), "run.json"), "utf8");
  expect(run).toContain('"sha256"');
  expect(run).not.toContain("ann@example.org");
});
