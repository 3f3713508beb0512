/** What docs/capacity.md shows are scenarios, and so is the sample. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { loadScenario } from "../../runner/scenario/load.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { messagesOf } from "../support/scenario-file.ts";

const page = readFileSync(packageFile("docs", "capacity.md"), "utf8");
const shown = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((it) => it[1] as string);

const around = `apiVersion: shakedown/v1
name: shop
targets:
  shop: { kind: process, command: [node, services/shop.mjs], instances: 3 }
load: { target: shop, requests: [{ get: /checkout }] }
phases: [{ name: steady, for: 10s }]
`;

test("each example completes a scenario that validates", () => {
  expect(shown).toHaveLength(3);
  for (const it of shown) expect(messagesOf(stringify({ ...parse(around), ...parse(it) })), it).toEqual([]);
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
    expect(page).toContain(`\`${field}\``);
});

test("the sample is a scenario", () => {
  const file = packageFile("scenarios", "capacity.yaml");
  const loaded = loadScenario(file, { set: [], env: { PATH: process.env.PATH }, node: process.execPath });
  expect(loaded.ok && loaded.scenario.search?.headroom?.fault).toBe("one-dies");
});
