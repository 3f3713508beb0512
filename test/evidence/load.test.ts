/** What evidence says of a record whose truth is known. */
import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test as prop } from "@fast-check/vitest";
import { afterAll, describe, expect, test } from "vitest";
import type { FaultEvidence, TrialEvidence } from "../../reports/evidence/evidence.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { seeded } from "../../runner/shared/random.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition } from "../support/fake-scenario.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const made = (given: FakeRecord) => {
  const dir = fakeRecord(join(tmp.dir, String(Math.random())), given);
  return { dir, evidence: loadEvidence(dir) };
};
const faultOf = (trial: TrialEvidence | undefined, name: string): FaultEvidence => {
  const found = trial?.faults.find((it) => it.name === name);
  if (!found) throw new Error(`no fault ${name}`);
  return found;
};

describe("a whole record", () => {
  const { evidence } = made({ pairs: 2, seed: 3 });
  const [first] = evidence.trials;

  test("has every trial with its phases on the run's clock", () => {
    expect(evidence.status).toBe("completed");
    expect(evidence.damage).toEqual([]);
    expect(evidence.trials.map((it) => [it.index, it.block, it.outcome])).toEqual([
      [1, 1, "ok"],
      [2, 1, "ok"],
      [3, 2, "ok"],
      [4, 2, "ok"],
    ]);
    expect(first?.phases.map((it) => it.end - it.start)).toEqual([1000, 6000, 5000, 6000, 6000]);
    expect(first?.loadStart).toBe(first?.phases[0]?.start);
  });

  test("counts every request once, in histograms and in bins", () => {
    for (const trial of evidence.trials) {
      const all = trial.requests({ phases: trial.phases.map((it) => it.name), request: null });
      const byRequest = ["checkout", "browse"].map(
        (request) => trial.requests({ phases: trial.phases.map((it) => it.name), request }).due,
      );
      const byPhase = trial.phases.map((it) => trial.requests({ phases: [it.name], request: null }).due);
      const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
      expect(sum(byRequest)).toBe(all.due);
      expect(sum(byPhase)).toBe(all.due);
      expect(sum(trial.bins.due)).toBe(all.due);
      expect(sum(trial.bins.ok)).toBe(all.counts.ok);
      expect(sum(trial.bins.bad) - sum(trial.bins.slow)).toBe(all.due - all.counts.ok);
      expect(all.latency.totalCount).toBe(all.counts.ok);
      expect(trial.bins.due).toHaveLength(240);
    }
  });

  test("is read once: asking again gives the same object", () => {
    expect(first?.requests({ phases: ["steady"], request: null })).toBe(
      first?.requests({ phases: ["steady"], request: null }),
    );
    expect(first?.seconds()).toBe(first?.seconds());
  });

  test("sees a kill from its proof to the clients and back", () => {
    const kill = faultOf(first, "one-dies");
    const start = kill.requested?.start ?? 0;
    expect(kill).toMatchObject({ landed: true, grade: "A", reverted: true, censored: false, skipped: null });
    expect((kill.acknowledged?.start ?? 0) - start).toBe(5);
    expect((kill.observed?.start ?? 0) - start).toBeLessThanOrEqual(100);
    expect(kill.recoveryMs).toBeGreaterThan(900);
    expect(kill.recoveryMs).toBeLessThan(1600);
    expect(kill.exposed).toBeGreaterThan(700);
  });

  test("counts the recovery of a lasting fault from its revert", () => {
    const slow = faultOf(first, "slow-db");
    expect((slow.acknowledged?.end ?? 0) - (slow.acknowledged?.start ?? 0)).toBe(1995);
    expect(slow.observed).not.toBeNull();
    expect(slow.recoveryMs).toBeLessThanOrEqual(200);
  });
});

describe("latency under faults", () => {
  test("holds unanswered and dropped requests at the timeout, and refused connections not at all", () => {
    const { dir } = made({ pairs: 1, arms: ["baseline"], faults: false });
    const file = join(dir, "trial-01-baseline", "latency.ndjson");
    const line = { v: 1, type: "histogram", phase: "steady", t: 0, request: "checkout", response: null, service: null };
    for (const [outcome, count] of [
      ["timeout", 5],
      ["lost", 3],
      ["dropped", 2],
      ["connect", 100],
      ["5xx", 50],
    ])
      appendFileSync(file, `${JSON.stringify({ ...line, outcome, count })}\n`);
    const [trial] = loadEvidence(dir).trials;
    const { latency, counts, due, service } = trial?.requests({ phases: ["steady"], request: null }) ?? {};
    expect(latency?.totalCount).toBe((counts?.ok ?? 0) + 10);
    expect(Math.abs((latency?.maxValue ?? 0) - 2_000_000)).toBeLessThan(2000);
    expect(service?.totalCount).toBe(counts?.ok);
    expect(due).toBe((counts?.ok ?? 0) + 160);
  });
});

describe("faults that went otherwise", () => {
  test("not landed: no recovery, and the reason", () => {
    const kill = faultOf(made({ pairs: 1, notLanded: ["one-dies"] }).evidence.trials[0], "one-dies");
    expect(kill).toMatchObject({ landed: false, recoveryMs: null, censored: false, grade: null });
    expect(kill.proof.join()).toContain("the pid was still there");
  });

  test("landed and not felt: absorbed, recovery 0", () => {
    const { dir } = made({ pairs: 1, arms: ["baseline"] });
    const file = join(dir, "trial-01-baseline", "latency.ndjson");
    const calm = readFileSync(file, "utf8")
      .split("\n")
      .map((it) =>
        it.includes('"type":"bin"')
          ? JSON.stringify({ ...JSON.parse(it), counts: { ok: JSON.parse(it).due }, slow: 0 })
          : it,
      );
    writeFileSync(file, calm.join("\n"));
    const kill = faultOf(loadEvidence(dir).trials[0], "one-dies");
    expect(kill).toMatchObject({ landed: true, observed: null, recoveryMs: 0, effectDelayMs: null });
    expect(kill.exposed).toBeGreaterThan(0);
  });

  test("not over before the next fault: censored, with the time after which all was normal as long as it was watched", () => {
    const { evidence } = made({
      pairs: 1,
      arms: ["baseline"],
      seed: 5,
      noise: 0,
      scenario: (it) => ({
        ...it,
        phases: it.phases.map((phase) => (phase.name === "kill" ? { ...phase, durationMs: 1500 } : phase)),
      }),
    });
    const kill = faultOf(evidence.trials[0], "one-dies");
    expect(kill).toMatchObject({ recoveryMs: null, censored: true });
    // It was normal again 1.2 s after the kill, for the 0.8 s that were left.
    expect(kill.atLeastMs).toBe(1195);
  });

  test("a `recovered:` on latency is judged by bins that counted by its own maximum", () => {
    const recovered = condition({ metric: "latency.p50", max: 60 });
    const { dir, evidence } = made({
      pairs: 1,
      arms: ["baseline"],
      scenario: (it) => ({
        ...it,
        faults: it.faults.map((fault) => (fault.name === "slow-db" ? { ...fault, recovered } : fault)),
      }),
    });
    expect(faultOf(evidence.trials[0], "slow-db").recoveryMs).toBe(0);
    const journal = join(dir, "journal.ndjson");
    writeFileSync(journal, readFileSync(journal, "utf8").replace('"slowUs":60000', '"slowUs":50000'));
    expect(faultOf(loadEvidence(dir).trials[0], "slow-db")).toMatchObject({ recoveryMs: null, censored: false });
  });
});

describe("a record that was cut off", () => {
  const { dir } = made({ pairs: 1, faults: false, rate: 20 });
  const whole = readFileSync(join(dir, "journal.ndjson"), "utf8");
  const full = loadEvidence(dir);
  const digest = (trial: TrialEvidence | undefined) =>
    trial && [
      trial.index,
      trial.outcome,
      trial.phases,
      trial.requests({ phases: ["steady"], request: null }).counts,
      [...trial.bins.due],
      trial.series("rss").map((it) => [...it.x]),
    ];

  test("in the journal, anywhere: the trials that ended before are unchanged", () => {
    const endOfFirst = whole.indexOf("\n", whole.indexOf("trial.end"));
    const lineEnds = [...whole.matchAll(/\n/g)].flatMap(({ index }) => [index - 1, index, index + 1]);
    const random = seeded(1, "cuts");
    const cuts = [...lineEnds, 0, 1, ...Array.from({ length: 40 }, () => Math.floor(random() * whole.length))];
    for (const size of cuts) {
      truncateSync(join(dir, "journal.ndjson"), size);
      const evidence = loadEvidence(dir);
      expect(evidence.status).toBe(size >= whole.length - 1 ? "completed" : "interrupted");
      if (size >= endOfFirst) expect(digest(evidence.trials[0])).toEqual(digest(full.trials[0]));
      writeFileSync(join(dir, "journal.ndjson"), whole);
    }
  });

  prop.prop([fc.constantFrom("latency.ndjson", "series.ndjson"), fc.double({ min: 0, max: 1, noNaN: true })], {
    numRuns: 40,
  })("in what a trial said: told as damage, the other trial unchanged", (name, share) => {
    using other = scratch();
    cpSync(dir, join(other.dir, "run"), { recursive: true });
    const [second] = full.trials.filter((it) => it.index === 2);
    const folder = `trial-02-${second?.arm}`;
    const file = join(other.dir, "run", folder, name);
    truncateSync(file, Math.floor(readFileSync(file).length * share));
    const evidence = loadEvidence(join(other.dir, "run"));
    expect(digest(evidence.trials[0])).toEqual(digest(full.trials[0]));
    expect(evidence.trials).toHaveLength(2);
    for (const it of evidence.damage) expect(it).toContain(folder);
  });

  test("between trials: interrupted, and the rest counts", () => {
    const { evidence } = made({ pairs: 2, faults: false, cutAfter: 3 });
    expect(evidence).toMatchObject({ status: "interrupted", damage: [] });
    expect(evidence.trials).toHaveLength(3);
  });

  test("without a trial's files: told, not fatal", () => {
    const { dir: gone } = made({ pairs: 1, arms: ["baseline"], faults: false });
    rmSync(join(gone, "trial-01-baseline"), { recursive: true });
    expect(loadEvidence(gone).damage).toEqual([
      "trial-01-baseline/latency.ndjson is missing",
      "trial-01-baseline/series.ndjson is missing",
    ]);
  });

  test("a folder named outside of the record is not followed", () => {
    const { dir: sly } = made({ pairs: 1, arms: ["baseline"], faults: false });
    const journal = join(sly, "journal.ndjson");
    writeFileSync(
      journal,
      readFileSync(journal, "utf8").replace('"dir":"trial-01-baseline"', '"dir":"../../trial-01-baseline"'),
    );
    expect(loadEvidence(sly).trials[0]?.bins.due).toHaveLength(70);
  });
});

describe("the golden record of schema 1", () => {
  const evidence = loadEvidence(join(import.meta.dirname, "..", "fixtures", "record-v1"));

  test("stays readable", () => {
    expect(evidence.damage).toEqual([]);
    expect(evidence.run.schema).toBe(1);
    expect(evidence.trials.map((it) => it.requests({ phases: ["steady"], request: null }).due)).toMatchInlineSnapshot(`
      [
        101,
        90,
      ]
    `);
    expect(
      evidence.trials.map((it) =>
        it.faults.map((fault) => [fault.name, fault.landed, Math.round(fault.recoveryMs ?? Number.NaN)]),
      ),
    ).toMatchInlineSnapshot(`
      [
        [
          [
            "one-dies",
            true,
            0,
          ],
        ],
        [
          [
            "one-dies",
            true,
            1848,
          ],
        ],
      ]
    `);
  });

  test("tells who served each of its single requests", () => {
    for (const { singles, servedBy, loadStart } of evidence.trials) {
      const served = singles.map(({ port, sent }) => servedBy(port ?? 0, (loadStart ?? 0) + (sent ?? Number.NaN)));
      expect(new Set(served)).toEqual(new Set(["shop-0", "shop-1"]));
    }
  });
});
