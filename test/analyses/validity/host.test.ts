/** Whether the machine was quiet enough to decide. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validity } from "../../../reports/analyses/validity/validity.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { check, checks, record } from "../../support/checked-record.ts";
import type { FakeRecord } from "../../support/fake-record.ts";

test("a disturbed host leaves the run undecided, not invalid; steal is a share of the whole machine", () => {
  // The counter sums over the two processors of the made machine.
  const stolen = (ofEach: number) => (text: string) =>
    text
      .split("\n")
      .map((it) =>
        it.includes('"host.steal"')
          ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * 2 * ofEach) })
          : it,
      )
      .join("\n");
  expect(check(checks({}, { "series.ndjson": stolen(0.3) }), "Host")).toMatchObject({
    status: "warning",
    inconclusive: true,
  });
  const borne = check(checks({}, { "series.ndjson": stolen(0.2) }), "Host");
  expect(borne?.status).toBe("ok");
  expect(borne?.text).toContain("20.0");
});

test("I/O pressure is told and decides nothing: what waits for a disk may have nothing to do with the target", () => {
  const pressed = (metric: string) => (text: string) =>
    text
      .split("\n")
      .map((it) =>
        it.includes(metric)
          ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * 950) })
          : it,
      )
      .join("\n");
  const io = check(checks({}, { "series.ndjson": pressed("host.psi.io") }), "Host");
  expect(io?.status).toBe("ok");
  expect(io?.text).toMatch(/, I\/O pressure up to 95\.0\d?\s%, steal/);
  expect(check(checks({}, { "series.ndjson": pressed("host.psi.memory") }), "Host")?.inconclusive).toBe(true);
});

test("a host that was not sampled can't be told from a quiet one", () => {
  const without = (pattern: RegExp) => (text: string) =>
    text
      .split("\n")
      .filter((it) => !pattern.test(it))
      .join("\n");
  const off = {
    scenario: (it) => ({ ...it, samplers: { ...it.samplers, off: ["host", "process"] } }),
  } satisfies FakeRecord;
  const none = check(checks(off, { "series.ndjson": without(/"host\.|"runqueue/) }), "Host");
  expect(none?.status).toBe("warning");
  expect(none?.inconclusive).toBeUndefined();
  expect(none?.text).toBe(
    "not sampled, noise can't be told: the sampler process was off: the scenario says so (samplers.off); the sampler host was off: the scenario says so (samplers.off)",
  );
  const blind = check(checks({}, { "series.ndjson": without(/"host\.psi/) }), "Host");
  expect(blind?.status).toBe("warning");
  expect(blind?.text).toContain("not sampled: CPU pressure, memory pressure");
});

test("a host whose sampler broke meanwhile is not told from the part of it that was seen", () => {
  const { phases } = loadEvidence(record({ pairs: 1, faults: false })).trials[0] ?? { phases: [] };
  const off = [1, 2].map((trial) => ({
    ...{ v: 1, seq: 900 + trial, t: (phases.at(-1)?.end ?? 0) - 1000, type: "sampler.off", trial },
    ...{ sampler: "host", reason: "its file is odd" },
  }));
  const told = check(
    checks(
      { pairs: 1, faults: false },
      { "journal.ndjson": (text) => `${text}${off.map((it) => `${JSON.stringify(it)}\n`).join("")}` },
    ),
    "Host",
  );
  expect(told?.status).toBe("warning");
  expect(told?.text).toContain(
    "not sampled: CPU pressure, memory pressure, I/O pressure, steal (the sampler host went off meanwhile: its file is odd)",
  );
});

test("instances that waited for a CPU make the run undecided; pressure on the machine that they did not feel does not", () => {
  const share = (metric: string, of: number) => (text: string) =>
    text
      .split("\n")
      .map((it) =>
        it.includes(metric)
          ? JSON.stringify({ ...JSON.parse(it), x: JSON.parse(it).t.map((t: number) => t * of) })
          : it,
      )
      .join("\n");
  const waited = check(checks({}, { "series.ndjson": share("runqueue.wait", 0.45) }), "Host");
  expect(waited?.inconclusive).toBe(true);
  expect(waited?.text).toMatch(/^too noisy to decide: instances waited for a CPU up to 45/);
  const pressed = check(checks({}, { "series.ndjson": share("host.psi.cpu", 950) }), "Host");
  expect(pressed?.inconclusive).toBeUndefined();
  expect(pressed?.text).toMatch(/CPU pressure up to 95/);
  // Of processes that instances started it is not known how long they waited.
  const started = (text: string) =>
    text.replace(/^.*"cpu\.time".*$/gm, (line) => {
      const { x, ...own } = JSON.parse(line);
      return `${line}\n${JSON.stringify({ ...own, metric: "cpu.children", x: x.map((it: number) => it * 2) })}`;
    });
  const unseen = check(checks({}, { "series.ndjson": (it) => started(share("host.psi.cpu", 950)(it)) }), "Host");
  expect(unseen?.inconclusive).toBe(true);

  const both = record({ pairs: 3, faults: false });
  for (const trial of readdirSync(both).filter((it) => it.endsWith("-candidate"))) {
    const file = join(both, trial, "series.ndjson");
    writeFileSync(file, share("runqueue.wait", 0.45)(readFileSync(file, "utf8")));
  }
  const itself = check(validity(loadEvidence(both)), "Host");
  expect(itself?.inconclusive, "an arm that needs more CPU disturbs itself: that is its outcome").toBeUndefined();
  expect(itself?.text).toContain("above it in 3 of 6 trials");
});
