/** Changes of neighbouring nights over metrics: one commit moves many. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { groupChanges } from "../../reports/history/group.ts";

const at = (metric: string, night: number) => ({ metric, night });

describe("change points of several metrics", () => {
  test("of neighbouring nights are one group", () => {
    expect(groupChanges([at("p99", 41), at("cpu", 40), at("heap", 60), at("p50", 43)])).toEqual([
      { firstNight: 40, changes: [at("cpu", 40), at("p99", 41), at("p50", 43)] },
      { firstNight: 60, changes: [at("heap", 60)] },
    ]);
  });

  test("three nights apart are two groups", () => {
    expect(groupChanges([at("p99", 10), at("cpu", 13)]).length).toBe(2);
    expect(groupChanges([at("p99", 10), at("cpu", 12)]).length).toBe(1);
  });

  test("of one metric are never in one group, whatever lies between", () => {
    const groups = groupChanges([at("p99", 10), at("cpu", 12), at("heap", 14), at("p99", 16)]);
    expect(groups.map((it) => it.changes.map((change) => change.metric))).toEqual([["p99", "cpu", "heap"], ["p99"]]);
  });

  test("keep what else they carry", () => {
    expect(groupChanges([{ ...at("p99", 1), p: 0.01 }])[0]?.changes[0]?.p).toBe(0.01);
    expect(groupChanges([])).toEqual([]);
  });
});

const changes = fc.array(fc.record({ metric: fc.constantFrom("a", "b", "c", "d"), night: fc.nat(40) }));

test.prop([changes])("every change is in one group, and the order given does not matter", (given) => {
  const groups = groupChanges(given);
  expect(groups.flatMap((it) => it.changes).length).toBe(given.length);
  expect(groupChanges([...given].reverse())).toEqual(groups);
  for (const group of groups) expect(new Set(group.changes.map((it) => it.metric)).size).toBe(group.changes.length);
});
