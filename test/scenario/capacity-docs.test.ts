/** What docs/capacity.md shows are scenarios, and so is the sample. */
import { expect, test } from "vitest";
import { loadScenario } from "../../runner/scenario/load.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { completed, docsPage } from "../support/docs-page.ts";
import { messagesOf } from "../support/scenario-file.ts";

const { text, examples } = docsPage("capacity.md");
const load = { target: "shop", requests: [{ get: "/checkout" }] };

test("each example completes a scenario that validates", () => {
  expect(examples).toHaveLength(3);
  for (const it of examples) expect(messagesOf(completed({ load, ...it })), JSON.stringify(it)).toEqual([]);
});

test("every field is told of", () => {
  for (const field of [
    "over",
    "from",
    "to",
    "harder",
    "integer",
    "width",
    "exceed",
    "repeat",
    "while",
    "goals",
    "trials",
    "within",
    "soak",
    "headroom",
  ])
    expect(text).toContain(`\`${field}\``);
});

test("the sample is a scenario", () => {
  const file = packageFile("scenarios", "capacity.yaml");
  const loaded = loadScenario(file, { set: [], env: { PATH: process.env.PATH }, node: process.execPath });
  expect(loaded.ok && loaded.scenario.search?.headroom?.fault).toBe("one-dies");
});
