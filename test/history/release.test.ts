/** The latest nights against the last release, and how far sessions lie apart. */
import { describe, expect, test } from "vitest";
import { betweenSessions } from "../../reports/history/between.ts";
import { evolve } from "../../reports/history/evolve.ts";
import type { SessionLine } from "../../reports/history/lines.ts";
import { type ReportOptions, reportOf } from "../../reports/history/report.ts";
import { fakeNights, runOfNight, shifted } from "../support/nights.ts";

const key = "latency.p50 phase=steady";
const options: ReportOptions = {
  ...{ scenario: "shop", hostClass: "linux-2", setups: null, release: null, alpha: 0.05, alphaFail: 0.01 },
  margins: new Map([[key, { kind: "relative", value: 0.05 }]]),
};
const look = (nights: readonly SessionLine[], more: Partial<ReportOptions> = {}) => {
  const { report } = reportOf({ lines: nights, problems: [] }, { ...options, ...more });
  return { ...report, metric: report.metrics[0] as (typeof report.metrics)[number] };
};
/** One percent worse every week: no night and no week stands out. */
const creeping = (night: number): number => 1.01 ** Math.floor(night / 7);
const taggedAt =
  (at: number, tag = "v1.2") =>
  (night: number) => ({ release: night === at ? tag : null });

describe("against the last release", () => {
  test("ten steps of one percent are worse together", () => {
    const metrics = [{ key, value: creeping, level: 12 }];
    const nights = fakeNights({ nights: 77, noise: 0.01, metrics, line: taggedAt(6) });
    const { status, metric, release } = look(nights);
    expect(release).toEqual({ kind: "nights", name: "v1.2", nights: [6] });
    expect(metric.release?.verdict).toBe("worse");
    expect(metric.release?.estimate).toBeGreaterThan(0.08);
    expect(status).toBe("worse");
    const without = look(nights.map((it) => ({ ...it, release: null })));
    expect(without.release).toBeNull();
    expect(without.metric.release).toBeNull();
  });

  test("a drift within a level is no autocorrelation, which would excuse it", () => {
    const value = (night: number): number => 1.004 ** Math.max(0, (night - 20) / 3);
    const nights = fakeNights({ nights: 62, noise: 0.004, metrics: [{ key, value, level: 12 }], line: taggedAt(9) });
    const tight = { margins: new Map([[key, { kind: "relative", value: 0.03 } as const]]) };
    expect(look(nights, tight).metric.release?.verdict).toBe("worse");
  });

  test("a level within the margin passes, and one that is not sure is undecided", () => {
    const at = (factor: number, noise: number) =>
      look(
        fakeNights({
          nights: 30,
          noise,
          metrics: [{ key, value: shifted(12, factor), level: 12 }],
          line: taggedAt(11),
        }),
      );
    expect(at(1, 0.005).metric.release?.verdict).toBe("pass");
    expect(at(1.05, 0.08).metric.release?.verdict).toBe("undecided");
  });

  test("what became worse before the release is in it", () => {
    const metrics = [{ key, value: shifted(15, 1.2), level: 12 }];
    const nights = (tag: number) => look(fakeNights({ nights: 40, metrics, line: taggedAt(tag) }));
    expect(nights(5).status).toBe("worse");
    expect(nights(30)).toMatchObject({ status: "steady", metric: { state: "steady", changes: [{ worse: true }] } });
  });

  test("nights are held against the release in pairs where the baseline is the release", () => {
    const line = () => ({ versus: { arm: "baseline", hash: "x", ref: "v1.2 (0123456789ab)" } });
    const nights = fakeNights({ nights: 12, metrics: [{ key, value: () => 1.1, level: 12 }], line });
    const { release, metric, status } = look(nights);
    expect(release).toEqual({ kind: "beside", name: "v1.2 (0123456789ab)" });
    expect(metric.release).toMatchObject({ verdict: "worse" });
    expect(metric.release?.estimate).toBeCloseTo(Math.log(1.1), 1);
    expect(status).toBe("worse");
  });

  test("any night can be named: by its tag, its commit, or its run", () => {
    const nights = fakeNights({
      nights: 20,
      metrics: [{ key, value: () => 1, level: 12 }],
      commit: (night) => `${(0xabc0000 + night).toString(16)}`.padStart(40, "0"),
      line: taggedAt(9, "v2.0"),
    });
    const named = (release: string) => look(nights, { release }).release;
    expect(named("v2.0")).toMatchObject({ nights: [9] });
    expect(named(runOfNight(4))).toMatchObject({ nights: [4] });
    expect(named(runOfNight(4).slice(0, 10))).toMatchObject({ nights: [4] });
    expect(named(`${"0".repeat(33)}abc0003`)).toMatchObject({ nights: [3] });
    expect(named("v9")).toBeNull();
  });
});

describe("how far sessions lie apart", () => {
  const between = (nights: readonly SessionLine[]) => betweenSessions(evolve(nights, options)).get(key);

  test("is the spread of what was measured, as a logarithm for ratios", () => {
    // The baseline of a fake night spreads by three times the noise.
    const found = between(fakeNights({ nights: 60, noise: 0.01, metrics: [{ key, value: () => 1, level: 12 }] }));
    expect(found?.sessions).toBe(60);
    expect(found?.sd).toBeGreaterThan(0.02);
    expect(found?.sd).toBeLessThan(0.04);
  });

  test("is taken since the latest change only", () => {
    const nights = fakeNights({ nights: 40, metrics: [{ key, value: shifted(20, 1.3), level: 12 }] });
    expect(between(nights)?.sessions).toBe(20);
  });

  test("is not known from one night", () => {
    expect(between(fakeNights({ nights: 1, metrics: [{ key, value: () => 1, level: 12 }] }))).toBeUndefined();
  });
});
