/** A history that grows: changes that are written stay where they are, and looking again adds nothing. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { DecisionLine, HistoryLine, SessionLine } from "../../reports/history/lines.ts";
import type { MetricReport } from "../../reports/history/metric-report.ts";
import { type ReportOptions, reportOf } from "../../reports/history/report.ts";
import { seeded } from "../../runner/shared/random.ts";
import { type FakeNights, fakeNight, fakeNights, runOfNight, shifted } from "../support/nights.ts";

const p99 = "latency.p99 phase=steady";
const options: ReportOptions = {
  ...{ scenario: "shop", hostClass: "linux-2", setups: null, release: null, alpha: 0.05, alphaFail: 0.01 },
  margins: new Map([[p99, { kind: "relative", value: 0.1 }]]),
};
const look = (lines: readonly HistoryLine[], more: Partial<ReportOptions> = {}) =>
  reportOf({ lines, problems: [] }, { ...options, ...more });
const metricIn = (lines: readonly HistoryLine[], more: Partial<ReportOptions> = {}): MetricReport =>
  look(lines, more).report.metrics[0] as MetricReport;

/** Looks after every night, and keeps what each look adds. */
function lived(nights: readonly SessionLine[]): HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (const night of nights) {
    lines.push(night);
    lines.push(...look(lines).fresh);
  }
  return lines;
}

const steady: FakeNights = { nights: 30, metrics: [{ key: p99, value: () => 1, level: 40 }] };
const worse = (at: number, nights = 30): FakeNights => ({
  nights,
  metrics: [{ key: p99, value: shifted(at, 1.12), level: 40 }],
});

const histories = fc.record({
  nights: fc.integer({ min: 12, max: 36 }),
  at: fc.integer({ min: 3, max: 30 }),
  by: fc.constantFrom(0.9, 1, 1.03, 1.1),
  seed: fc.integer({ min: 1, max: 1000 }),
});
const made = ({ nights, at, by, seed }: { nights: number; at: number; by: number; seed: number }): SessionLine[] =>
  fakeNights({ nights, seed, metrics: [{ key: p99, value: shifted(at, by), level: 40 }] });

describe("changes that are written", () => {
  test.prop([histories], { numRuns: 20 })("are all that a second look finds: it adds nothing", (given) => {
    const lines = made(given);
    const first = look(lines);
    const again = look([...lines, ...first.fresh]);
    expect(again.fresh).toEqual([]);
    expect(again.report).toEqual(first.report);
  });

  test.each([53, 80, 111, 130])("are all, also where one is only seen once others are borders (%i)", (seed) => {
    const random = seeded(seed, "steps");
    const steps = Array.from({ length: 5 }, () => ({ at: Math.floor(random() * 90), by: 0.12 * (random() - 0.5) }));
    const value = (night: number): number =>
      Math.exp(steps.reduce((sum, { at, by }) => sum + (night < at ? 0 : by), 0));
    const lines = fakeNights({ nights: 90, seed, metrics: [{ key: p99, value, level: 40 }] });
    const none = { margins: new Map() };
    const { fresh } = look(lines, none);
    expect(fresh.length).toBeGreaterThan(1);
    expect(look([...lines, ...fresh], none).fresh).toEqual([]);
  });

  test.prop([histories], { numRuns: 10 })("never move: every night keeps those of the nights before", (given) => {
    const lines: HistoryLine[] = [];
    let before: { id: string; night: number }[] = [];
    for (const night of made(given)) {
      lines.push(night);
      const { report, fresh } = look(lines);
      lines.push(...fresh);
      const written = (report.metrics[0] as MetricReport).changes.filter((it) => it.by === "detector");
      const places = written.map(({ id, night }) => ({ id, night }));
      expect(places).toEqual(expect.arrayContaining(before));
      before = places;
    }
  });

  test("stay where they were written first, whatever a later line of the same name says", () => {
    const lines = lived(fakeNights(worse(20)));
    const written = lines.find((it) => it.type === "change");
    if (written === undefined) throw new Error("nothing was written");
    const again = look([...lines, { ...written, run: runOfNight(10) }]);
    expect(again.report).toEqual(look(lines).report);
  });

  test("are suspect when only the detector says so, from a few nights after it happened", () => {
    const lines = lived(fakeNights(worse(20)));
    const [written] = lines.filter((it) => it.type === "change");
    expect(written).toMatchObject({ by: "detector", run: runOfNight(20) });
    const { state, worse: isWorse, changes } = metricIn(lines);
    expect({ state, isWorse }).toEqual({ state: "suspect", isWorse: true });
    expect(changes).toHaveLength(1);
    expect(changes[0]?.shift.estimate).toBeCloseTo(0.12, 1);
    expect(look(lines).report.status).toBe("suspect");
  });

  test("need three scans in a row: one that only tonight's scan finds is not written", () => {
    const lines: HistoryLine[] = [];
    const found = new Map<number, string>();
    for (const night of fakeNights(worse(20))) {
      lines.push(night);
      const { report, fresh } = look(lines);
      lines.push(...fresh);
      const change = report.metrics[0]?.changes[0];
      if (change !== undefined) found.set(report.nights.length - 1, change.by);
    }
    // The look sees the first night; the detector wants five nights on either side, and that two more.
    expect(found.get(20)).toBe("look");
    expect([...found].find(([, by]) => by === "detector")?.[0]).toBeGreaterThanOrEqual(26);
  });
});

describe("the nightly look", () => {
  const suspectAt = (nights: number) => metricIn(fakeNights(worse(20, nights))).changes[0];

  test("suspects the first bad night, and calls it by the same name as long as it lasts", () => {
    expect(metricIn(fakeNights(worse(20, 20)))).toMatchObject({ state: "steady", changes: [] });
    const names = [21, 22, 24, 26, 27].map((nights) => suspectAt(nights)?.id);
    expect(names[0]).toMatch(/^[0-9a-f]{8}$/);
    expect(new Set(names).size).toBe(1);
    expect(lived(fakeNights(worse(20))).find((it) => it.type === "change")).toMatchObject({ id: names[0] });
  });

  test("does not tell what is smaller than half the margin", () => {
    const slight = fakeNights({
      nights: 22,
      noise: 0.002,
      metrics: [{ key: p99, value: shifted(20, 1.03), level: 40 }],
    });
    expect(metricIn(slight).state).toBe("steady");
    expect(metricIn(slight, { margins: new Map() })).toMatchObject({ state: "suspect", worse: true });
  });

  test("among many metrics is not alarmed by the one that is furthest out by chance", () => {
    // 2.9 standard deviations: suspect by itself, expected of one in many.
    const keys = ["p50", "p75", "p90", "p95", "p99", "p99.9", "mean"].flatMap((it) => [
      `latency.${it} phase=steady`,
      `service.${it} phase=steady`,
      `latency.${it} phase=peak`,
    ]);
    const odd = fakeNights({ nights: 41, metrics: keys.map((key) => ({ key, value: () => 1, level: 40 })) }).map(
      (night, i) => ({
        ...night,
        metrics: night.metrics.map((it) =>
          it.ratio === undefined
            ? it
            : {
                ...it,
                ratio: {
                  ...it.ratio,
                  estimate: i === 40 ? (it.key === p99 ? 0.029 : 0) : 0.01 * Math.sin(i * 1.7) * Math.SQRT2,
                },
              },
        ),
      }),
    );
    const alone = odd.map((night) => ({ ...night, metrics: night.metrics.filter((it) => it.key === p99) }));
    const none = { margins: new Map() };
    expect(look(alone, none).report.status).toBe("suspect");
    expect(look(odd, none).report.status).toBe("steady");
  });

  test("says that it does not know yet with too few nights, and that there is no value where there is none", () => {
    expect(metricIn(fakeNights({ ...steady, nights: 5 }))).toMatchObject({
      state: "unknown",
      needs: { have: 4, need: 8 },
    });
    const failed = fakeNights({
      nights: 20,
      metrics: [{ key: p99, value: () => 1, level: 40, worst: (it) => (it === 19 ? 2 : 0) }],
    });
    const metric = metricIn(failed);
    expect(metric.state).toBe("absent");
    expect(metric.points).toHaveLength(19);
    expect(metric.gaps).toEqual([
      { night: 19, because: "2 of 5 trials failed or were not over in time: they have no value of their own" },
    ]);
  });

  test("notes when what everything is held against is itself off", () => {
    const slow = fakeNights({ nights: 20, metrics: [{ key: p99, value: () => 1, level: 40 }] });
    const machine = slow.with(19, fakeNight({ nights: 20, metrics: [{ key: p99, value: () => 1, level: 60 }] }, 19));
    expect(metricIn(slow).canary).toBeNull();
    expect(metricIn(machine)).toMatchObject({ state: "steady", canary: "higher" });
  });
});

describe("a second session", () => {
  const nights = fakeNights(worse(20, 22));
  const second = (factor: number, more: Partial<SessionLine> = {}): SessionLine => ({
    ...fakeNight({ nights: 22, metrics: [{ key: p99, value: () => factor, level: 40 }] }, 22, "confirmation"),
    ...more,
  });

  test("that agrees makes a change of what was suspect, in the place that was suspect", () => {
    const lines = [...nights, second(1.12)];
    const { report, fresh } = look(lines);
    expect(fresh).toMatchObject([{ by: "confirmation", run: runOfNight(20), found: runOfNight(22, "c") }]);
    expect(report.status).toBe("worse");
    expect(report.metrics[0]).toMatchObject({ state: "changed", worse: true });
    expect(report.nights).toHaveLength(22);
    expect(look([...lines, ...fresh])).toMatchObject({ fresh: [], report });
  });

  test("that agrees is heard as well when another night was appended before anybody looked", () => {
    const lines = [...nights, second(1.12), fakeNight(worse(20), 23)];
    expect(look(lines).fresh).toMatchObject([{ by: "confirmation", run: runOfNight(20) }]);
  });

  test("that does not agree clears the suspicion, until later nights raise it anew", () => {
    const cleared = look([...nights, second(1)]);
    expect(cleared.fresh).toEqual([]);
    expect(cleared.report.status).toBe("steady");
    expect(cleared.report.metrics[0]?.changes).toMatchObject([{ state: "refuted" }]);
    expect(look([...nights, second(1), fakeNight(worse(20), 23)]).report.status).toBe("suspect");
  });

  test("whose own pairs do not show the change confirms nothing, however far it lies from the nights", () => {
    const scattered = (ratio: { se: number | null; pairs: number }): SessionLine => {
      const it = second(1.12);
      return {
        ...it,
        metrics: it.metrics.map((line) =>
          line.ratio === undefined ? line : { ...line, ratio: { ...line.ratio, ...ratio } },
        ),
      };
    };
    for (const ratio of [
      { se: 0.06, pairs: 5 },
      { se: null, pairs: 1 },
    ])
      expect(look([...nights, scattered(ratio)])).toMatchObject({ fresh: [], report: { status: "suspect" } });
    expect(look([...nights, scattered({ se: 0.05, pairs: 5 })]).report.status).toBe("worse");
  });

  test("says nothing with the seed of the nights, against another build, or in between", () => {
    for (const it of [
      second(1.12, { seed: 42 }),
      second(1.12, { versus: { arm: "baseline", hash: "other", ref: null } }),
      second(1.06, { metrics: [] }),
    ]) {
      expect(look([...nights, it])).toMatchObject({ fresh: [], report: { status: "suspect" } });
    }
  });

  test("confirms or refutes what the detector has written", () => {
    const lines = lived(fakeNights(worse(20)));
    const at = (factor: number) =>
      fakeNight({ nights: 30, metrics: [{ key: p99, value: () => factor, level: 40 }] }, 30, "confirmation");
    expect(metricIn([...lines, at(1.12)])).toMatchObject({
      state: "changed",
      worse: true,
      changes: [{ state: "confirmed", by: "detector" }],
    });
    expect(metricIn([...lines, at(1)])).toMatchObject({ state: "steady", changes: [{ state: "refuted" }] });
  });
});

describe("what people decide", () => {
  const lines = lived(fakeNights(worse(20)));
  const { id, series, run } = lines.find((it) => it.type === "change") as Extract<HistoryLine, { type: "change" }>;
  const decided = (decision: DecisionLine["decision"]): DecisionLine => ({
    ...{ v: 1, type: "decision", id, series, run, decision, at: "2026-11-01T08:00:00.000Z" },
  });

  test("a change that was accepted is real", () => {
    expect(metricIn([...lines, decided("accepted")])).toMatchObject({
      state: "changed",
      changes: [{ state: "accepted" }],
    });
  });

  test("one that was rejected is gone, and is not found again in other words", () => {
    const { report, fresh } = look([...lines, decided("rejected")]);
    expect(fresh).toEqual([]);
    expect(report.metrics[0]).toMatchObject({ state: "steady", changes: [] });
    expect(report.metrics[0]?.segments).toHaveLength(1);
    expect(metricIn([...lines, decided("rejected"), decided("accepted")]).changes).toMatchObject([{ id }]);
  });

  test("a decision on a night that is not followed any more keeps what it decided", () => {
    const elsewhere = { ...decided("rejected"), run: "20250101T000000Z-gone" };
    const { report, fresh } = look([...lines.filter((it) => it.type !== "change"), elsewhere]);
    expect(fresh).toEqual([]);
    expect(report.metrics[0]?.changes.filter((it) => it.by === "detector")).toEqual([]);
  });

  test("a suspicion that was rejected is quiet while it lasts", () => {
    const nights = fakeNights(worse(20, 22));
    const [suspect] = metricIn(nights).changes;
    const rejected = { ...decided("rejected"), id: suspect?.id as string, run: runOfNight(20) };
    expect(metricIn([...nights, rejected])).toMatchObject({ state: "steady", changes: [] });
    expect(metricIn([...nights, rejected, fakeNight(worse(20), 22)])).toMatchObject({ state: "steady", changes: [] });
  });
});

describe("nights that can't be compared", () => {
  test("because the load or the phases were others are left out and counted", () => {
    const nights = fakeNights({
      ...steady,
      line: (night) => (night < 12 ? { arms: [{ name: "candidate", hash: "x", setup: "0123" }] } : {}),
    });
    const { report } = look(nights, { setups: new Map([["candidate", "5e70000000a0"]]) });
    expect(report.nights).toHaveLength(18);
    expect(report.leftOut).toBe(12);
  });

  test("because the baseline was another build are a level of their own, without being a change", () => {
    const nights = fakeNights({
      nights: 30,
      metrics: [{ key: p99, value: shifted(15, 1.04), level: 40 }],
      line: (night) => ({
        versus: { arm: "baseline", hash: "hash-of-baseline", ref: night < 15 ? "v1.1 (aaa)" : "v1.2 (bbb)" },
      }),
    });
    const { report, fresh } = look(nights);
    expect(fresh).toEqual([]);
    expect(report.status).toBe("steady");
    expect(report.metrics[0]).toMatchObject({ rebased: [15], changes: [] });
    expect(report.metrics[0]?.segments.map((it) => it.nights)).toEqual([15, 15]);
  });

  test("a run that was resumed counts once, where it began, with what it measured last", () => {
    const nights = fakeNights(steady);
    const resumed = fakeNight({ ...steady, metrics: [{ key: p99, value: () => 2, level: 40 }] }, 10);
    const metric = metricIn([...nights, resumed], { margins: new Map() });
    expect(metric.points).toHaveLength(30);
    expect(metric.points[10]?.value).toBeCloseTo(2, 1);
  });
});

test("a worse level that later nights took back is history", () => {
  const there = fakeNights({
    nights: 50,
    metrics: [{ key: p99, value: (it) => (it < 20 || it >= 34 ? 1 : 1.12), level: 40 }],
  });
  const { report } = look(there);
  expect(report.metrics[0]?.changes.map((it) => it.worse)).toEqual([true, false]);
  expect(report.status).toBe("steady");
});
