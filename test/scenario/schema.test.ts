import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderDiagnostics } from "../../runner/scenario/document/diagnostics.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import { allRegistries } from "../../runner/scenario/registries.ts";
import { jsonSchema } from "../../runner/scenario/schema/document.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { needs } from "../support/needs.ts";
import { goodScenario, withChange } from "../support/scenario-file.ts";

const written = () =>
  JSON.parse(readFileSync(packageFile("scenarios", "scenario.schema.json"), "utf8")) as Record<string, unknown>;
const validates = (text: string) => new Ajv({ strict: false }).compile(written())(parse(text));

test("scenarios/scenario.schema.json is fresh: node runner/scenario/write-schema.main.ts", () => {
  expect(written()).toEqual(jsonSchema(allRegistries));
});

test("an editor accepts a good scenario and marks a bad one", () => {
  expect(validates(goodScenario)).toBe(true);
  expect(validates(withChange("kind: process\n", "kind: proces\n"))).toBe(false);
  expect(validates(withChange("instances: 3", "instance: 3"))).toBe(false);
  expect(validates(withChange("kind: pod-kill", "kind: pod-kil"))).toBe(false);
  expect(validates(withChange("jitter: 20ms", "jitter: 20"))).toBe(false);
  expect(validates(withChange("rate: 300/s", "rate: 300"))).toBe(false);
});

test("every field says what it is", () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties, ...rest } = schema as {
      properties?: Record<string, { description?: string; const?: unknown }>;
    };
    for (const [name, field] of Object.entries(properties ?? {})) {
      if (field.description === undefined && field.const === undefined) silent.push(`${path}.${name}`);
      visit(field, `${path}.${name}`);
    }
    for (const part of Object.values(rest)) for (const it of Array.isArray(part) ? part : [part]) visit(it, path);
  };
  visit(written(), "");
  expect(silent).toEqual([]);
});

const scenarios = readdirSync(packageFile("scenarios")).filter((it) => it.endsWith(".yaml"));
for (const name of scenarios) {
  const file = join(packageFile("scenarios"), name);
  const declare = readFileSync(file, "utf8").includes("engine: k6") ? needs.k6 : test;
  declare(`scenarios/${name} is a good scenario, for us and for editors`, () => {
    const result = loadScenario(file, { set: [], env: { PATH: process.env.PATH }, node: process.execPath });
    expect(result.ok ? "" : renderDiagnostics(result.diagnostics, false)).toBe("");
    expect(validates(readFileSync(file, "utf8"))).toBe(true);
  });
}
