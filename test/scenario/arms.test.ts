import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { mergePatch } from "../../runner/scenario/arms.ts";
import { type Node, toPlain } from "../../runner/scenario/document/tree.ts";
import { goodScenario, messagesOf, problemsOf, scenarioOf, withChange } from "../support/scenario-file.ts";

const nodeOf = (value: unknown): Node => {
  const plain = { place: { from: "set" as const, text: "" }, keyPlace: null, path: [] };
  if (Array.isArray(value)) return { ...plain, value: value.map(nodeOf) };
  if (typeof value !== "object" || value === null) return { ...plain, value: value as string | number | null };
  return { ...plain, value: new Map(Object.entries(value).map(([key, it]) => [key, nodeOf(it)])) };
};
const merged = (base: unknown, patch: unknown): unknown => toPlain(mergePatch(nodeOf(base), nodeOf(patch)));

/** RFC 7396, appendix A. */
test.each([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])("%j patched with %j is %j", (base, patch, result) => {
  expect(merged(base, patch)).toEqual(result);
});

const json = fc.dictionary(
  fc.stringMatching(/^[a-c]$/),
  fc.oneof(fc.integer(), fc.dictionary(fc.stringMatching(/^[a-c]$/), fc.integer())),
);
property.prop([json, json])("a patch applied twice is the patch applied once", (base, patch) => {
  expect(merged(merged(base, patch), patch)).toEqual(merged(base, patch));
});

test("an arm changes what it names and nothing else", () => {
  const [baseline, candidate] = scenarioOf(goodScenario).arms;
  expect([baseline?.name, candidate?.name]).toEqual(["baseline", "candidate"]);
  expect(candidate?.load).toEqual(baseline?.load);
  expect(candidate?.targets[1]).toMatchObject({ env: { CACHE: "off", DB: `\${targets.db.address}` }, instances: 3 });
  expect(baseline?.targets[1]).toMatchObject({ env: { CACHE: "on" } });
  expect(candidate?.hash).not.toBe(baseline?.hash);
});

test("a mistake in a patch is told where it is written", () => {
  expect(problemsOf(withChange('{ env: { CACHE: "off" } }', "{ instances: 0, cmd: [x] }"))).toBe(
    `\
~/shop.yaml:28:46  arms.candidate.targets.shop.instances: expected a whole number from 1 to 200, found 0
  28 |   candidate: { targets: { shop: { instances: 0, cmd: [x] } } }
     |                                              ^
~/shop.yaml:28:49  targets.shop: there is no field "cmd"
  28 |   candidate: { targets: { shop: { instances: 0, cmd: [x] } } }
     |                                                 ^^^ did you mean "cwd"?
`,
  );
});

test("a mistake in the base is told once, however many arms there are", () => {
  expect(messagesOf(withChange("instances: 3", "instances: -3"))).toEqual([
    "targets.shop.instances: expected a whole number from 1 to 200, found -3",
  ]);
});

test("null removes a field, so that an arm can have another model of load", () => {
  const text = withChange("candidate: { targets", "candidate: { load: { rate: null, connections: 5 }, targets").replace(
    "load: { rate: { from: 300/s, to: 600/s } }",
    "",
  );
  expect(scenarioOf(text).arms.map((it) => it.load.model.kind)).toEqual(["open", "closed"]);
});

test("a misspelt target in a patch is refused; a whole new one is not", () => {
  expect(messagesOf(withChange("candidate: { targets: { shop:", "candidate: { targets: { shp:"))).toEqual([
    'arms.candidate.targets: no target is named "shp" | did you mean "shop"?',
  ]);
  const added = withChange(
    "candidate: { targets: {",
    "candidate: { targets: { cache: { kind: process, command: [node] },",
  );
  expect(scenarioOf(added).arms.map((it) => it.targets.length)).toEqual([2, 3]);
});

test("patches reach targets and load only", () => {
  expect(messagesOf(withChange("baseline: {}", "baseline: { phases: [] }"))).toEqual([
    'arms.baseline: there is no field "phases" | known: targets, load',
  ]);
  expect(scenarioOf(withChange("baseline: {}", "baseline:")).arms[0]?.name).toBe("baseline");
});
