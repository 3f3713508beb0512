/** A memory limit that no cgroup held is told beside the verdict, wherever a verdict is read. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { renderers } from "../../reports/render/registry.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { judge } from "../../reports/verdict/judge.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { scratch } from "../support/scratch.ts";

test("an emulated memory limit is a warning in every report, and the kernel's own is none", () => {
  using tmp = scratch();
  const dir = fakeRecord(tmp.dir, { pairs: 2, faults: false });
  const judged = () => judge(loadEvidence(dir));
  expect(judged().trust.some((it) => it.title === "Limits")).toBe(false);

  const journal = join(dir, "journal.ndjson");
  const text = readFileSync(journal, "utf8");
  const ready = /^.*"type":"target.ready".*"target":"shop".*$/gm;
  writeFileSync(
    journal,
    text.replaceAll(ready, (line) => line.replace("cgroup-v1", "emulated")),
  );
  const judgement = judged();
  const said = "the memory limit of shop was emulated, no cgroup held it";
  expect(judgement.trust.find((it) => it.title === "Limits")).toMatchObject({
    status: "warning",
    text: expect.stringContaining(said),
  });
  expect(renderTerminal(judgement, { color: false, paths: [] }).replaceAll(/\s+/g, " ")).toContain(said);
  expect(renderers.md(judgement)).toContain(said);
  expect(renderers.html(judgement)).toContain(said);
});
