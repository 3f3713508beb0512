/** What a run leaves to the history. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { type MetricLine, readHistory, type SessionLine } from "../../reports/history/lines.ts";
import { type About, sessionLine } from "../../reports/history/session.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";

const root = mkdtempSync(join(tmpdir(), "shakedown-history-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

const about: About = {
  type: "session",
  commit: "0123abcd",
  dirty: false,
  release: "v1.2",
  verdict: "pass",
  report: "../results/shop/run/report.html",
};
const line = (given: FakeRecord): SessionLine =>
  sessionLine(loadEvidence(fakeRecord(join(root, String(++made)), given)), about);
const metric = ({ metrics }: SessionLine, key: string, arm = "candidate"): MetricLine => {
  const found = metrics.find((it) => it.key === key && it.arm === arm);
  if (found === undefined) throw new Error(`${key} of ${arm} is not among ${metrics.map((it) => it.key).join(", ")}`);
  return found;
};
const keys = (it: SessionLine): string[] => [...new Set(it.metrics.map(({ key }) => key))];

describe("a session's line", () => {
  const short: FakeRecord = { faults: false, pairs: 4, noise: 0.02, effect: { p50: 1.5 } };
  const session = line(short);

  test("is read back as it was written", () => {
    expect(readHistory(`${JSON.stringify(session)}\n`)).toEqual({ lines: [session], problems: [] });
  });

  test("holds each metric of both arms, and the candidate against the baseline of its own blocks", () => {
    const [own, baseline] = ["candidate", "baseline"].map((arm) =>
      metric(session, "latency.p50 phase=steady", arm),
    ) as [MetricLine, MetricLine];
    expect(own).toMatchObject({ unit: "ms", better: "lower", scale: "ratio", n: 4, worst: 0, ratio: { pairs: 4 } });
    expect(baseline.ratio).toBeUndefined();
    const ratio = Math.exp(own.ratio?.estimate as number);
    expect(ratio).toBeCloseTo((own.center as number) / (baseline.center as number), 3);
    expect(ratio).toBeGreaterThan(1.3);
    expect(own.ratio?.se).toBeGreaterThan(0);
    expect(metric(session, "errors.ratio phase=steady").ratio).toEqual({ estimate: 0, se: 0, pairs: 4 });
    expect(session.versus).toEqual({ arm: "baseline", hash: "hash-of-baseline", ref: null });
  });

  test("holds what gates ask, then one metric of each kind, each under one name however it was asked", () => {
    const gates = [
      condition({ metric: "latency.p99.9", request: "checkout", margin: relative(0.1) }),
      condition({ metric: "latency.p50", margin: relative(0.1) }),
      condition({ metric: "latency.p50", phase: "steady", max: 50 }),
    ];
    const asked = keys(line({ ...short, gates }));
    expect(asked.slice(0, 2)).toEqual(["latency.p99.9 request=checkout phase=steady", "latency.p50 phase=steady"]);
    expect(asked).toContain("memory.peak phase=steady target=shop");
    expect(asked.filter((it) => it.startsWith("latency.p50 "))).toHaveLength(1);
  });

  test("stays small, whatever is asked", () => {
    const gates = ["steady", "kill", "slow", "squeeze"].flatMap((phase) =>
      ["latency", "service"].flatMap((of) =>
        ["p50", "p75", "p90", "p95", "p99", "p99.9", "mean"].map((q) =>
          condition({ metric: `${of}.${q}`, phase, margin: relative(0.1) }),
        ),
      ),
    );
    expect(keys(line({ pairs: 2, gates }))).toHaveLength(48);
  });

  test("follows the recovery of every fault, and says of one that did not land why it has no value", () => {
    const faulty = line({ pairs: 2, notLanded: ["slow-db"] });
    expect(metric(faulty, "recovery.time fault=one-dies").center).not.toBeNull();
    const absent = metric(faulty, "recovery.time fault=slow-db");
    expect(absent).toMatchObject({ center: null, n: 0 });
    expect(absent.absent).toContain("did not land");
  });

  test("counts trials that failed: they have no value of their own", () => {
    const failed = line({
      ...short,
      outcomes: { 1: { outcome: "failed", reason: "never ready" }, 2: { outcome: "failed", reason: "never ready" } },
    });
    const { n, worst, ratio } = metric(failed, "latency.p50 phase=steady");
    expect({ n, worst, pairs: ratio?.pairs }).toEqual({ n: 3, worst: 1, pairs: 3 });
  });

  test("holds a reference arm in higher esteem than the baseline, and an only arm for what it is", () => {
    const three = line({ ...short, pairs: 2, arms: ["baseline", "reference", "candidate"] });
    expect(three.versus?.arm).toBe("reference");
    expect(metric(three, "latency.p50 phase=steady", "baseline").ratio?.pairs).toBe(2);
    const alone = line({ ...short, pairs: 2, arms: ["candidate"], gates: [] });
    expect(alone.versus).toBeNull();
    expect(metric(alone, "latency.p50 phase=steady").ratio).toBeUndefined();
  });

  test("says which commit the baseline was made of", () => {
    const pinned = line({ ...short, pairs: 2, environment: { "baseline ref": "v1.1 (0123456789ab)" } });
    expect(pinned.versus?.ref).toBe("v1.1 (0123456789ab)");
  });
});
