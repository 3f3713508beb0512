/** Whether what was to be sent and broken was: the load offered, the requests counted, the faults landed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Check } from "../../../reports/analyses/parts.ts";
import { validity } from "../../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { check, checks, record, withoutTotals } from "../../support/checked-record.ts";

test("a load that was not offered makes the run invalid, dropped requests do not", () => {
  const half = (text: string) => text.replace(/"count":(\d+)/g, (_, n) => `"count":${Math.floor(Number(n) / 2)}`);
  const all = checks({}, { "latency.ndjson": half, "journal.ndjson": withoutTotals });
  expect(check(all, "Load")).toMatchObject({ status: "invalid", text: expect.stringContaining("offered less") });
  const dropped = (text: string) => text.replaceAll('"outcome":"ok"', '"outcome":"dropped"');
  expect(check(checks({}, { "latency.ndjson": dropped }), "Load")?.status).toBe("ok");
});

test("requests that the workers counted and the record does not hold make the run invalid, with both numbers", () => {
  const lose = (type: string) => (text: string) => text.replace(new RegExp(`^.*"type":"${type}".*\n`, "m"), "");
  const told = (all: readonly Check[]) => check(all, "Load");
  for (const [type, from] of [
    ["histogram", "histograms"],
    ["bin", "bins"],
  ] as const) {
    const load = told(checks({}, { "latency.ndjson": lose(type) }));
    expect(load?.status).toBe("invalid");
    expect(load?.text).toMatch(
      new RegExp(`trial 1 the workers counted \\d+ requests \\(due\\), the ${from} hold \\d+$`),
    );
  }
  const more = (text: string) => text.replace(/("totals":\{)/, '$1"timeout":7,');
  expect(told(checks({}, { "journal.ndjson": more }))?.text).toContain(
    "counted 7 requests (timeout), the histograms hold 0",
  );
});

test("how far apart workers began is told of every load whose workers can't begin by the clock", () => {
  const told = (closed: boolean) => {
    const dir = record({ pairs: 1, arms: ["baseline"], faults: false });
    const file = join(dir, "journal.ndjson");
    writeFileSync(file, readFileSync(file, "utf8").replace('"type":"load.done"', '$&,"startSkewMs":12'));
    const evidence = loadEvidence(dir);
    const { scenario } = evidence.run;
    const arms = scenario.arms.map((it) => ({
      ...it,
      load: { ...it.load, ...(closed ? { model: { kind: "closed", connections: 5 } as const } : {}) },
    }));
    const phases = scenario.phases.map((it) => ({ ...it, load: null }));
    return check(validity({ ...evidence, run: { ...evidence.run, scenario: { ...scenario, arms, phases } } }), "Load");
  };
  expect(told(false)?.text.replaceAll(/\s/g, " ")).toMatch(/offered, \d+ dropped, workers began within 12\.0 ms$/);
  expect(told(true)).toMatchObject({ status: "ok", text: expect.stringMatching(/^workers began within 12\.0\sms$/) });
});

test("a load that was cut off has no totals to hold it against", () => {
  const all = checks({}, { "latency.ndjson": (text) => text.slice(0, -20), "journal.ndjson": withoutTotals });
  expect(check(all, "Load")?.status).toBe("ok");
});

test("a lost worker or a fault that could not be reverted makes the run invalid", () => {
  const lost = (text: string) =>
    `${text}{"v":1,"seq":900,"t":1,"type":"load.lost","trial":1,"worker":0,"reason":"killed"}\n`;
  expect(check(checks({}, { "journal.ndjson": lost }), "Generator")).toMatchObject({ status: "invalid" });
  const stuck = (text: string) =>
    text.replaceAll(
      /"type":"fault.reverted"(.*"fault":"one-dies".*)\}/g,
      '"type":"fault.unreverted"$1,"reason":"busy","mend":"kill 1"}',
    );
  expect(check(checks({ faults: true }, { "journal.ndjson": stuck }), "Faults")).toMatchObject({ status: "invalid" });
});

test("a fault that the harness itself had to do is a warning with its proof", () => {
  const emulated = (text: string) =>
    text.replace(/"grade":"A","text":"[^"]*"/, '"grade":"C","text":"emulated: the harness killed it"');
  expect(check(checks({ faults: true }, { "journal.ndjson": emulated }), "Faults")).toMatchObject({
    status: "warning",
    text: "3 of 3 landed, 3 felt, 3 reverted; one-dies has the weakest proof, C: emulated: the harness killed it",
  });
});

test("a fault that did not land is a warning that names it", () => {
  const faults = check(checks({ faults: true, notLanded: ["one-dies"] }), "Faults");
  expect(faults?.status).toBe("warning");
  expect(faults?.text).toContain("2 of 3 landed");
  expect(faults?.text).toContain("one-dies in trial 1");
});
