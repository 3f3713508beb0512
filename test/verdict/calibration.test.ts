/** What A/A sessions say: how often nothing was called something, how much noise there is, and when the arms were not alike. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type AaSession, readAaSessions } from "../../reports/baseline/aa-session.ts";
import { calibrationCheck, calibrationOf } from "../../reports/verdict/calibration/calibration.ts";
import { plainSpaces } from "../../runner/shared/format.ts";
import { seeded } from "../../runner/shared/random.ts";

const gaussian = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Sessions of ten pairs whose differences have this spread and center. */
function sessions(
  count: number,
  { spread = 0.03, center = 0, verdict = "pass" as AaSession["verdict"] } = {},
): AaSession[] {
  const random = seeded(5, "sessions");
  return Array.from({ length: count }, (_, i) => ({
    v: 1,
    run: `run-${i}`,
    at: "2026-11-21T09:12:00.000Z",
    shakedown: "0.1.0",
    hash: "abc",
    verdict,
    gates: ["latency.p50 phase=steady", "throughput phase=steady"].map((key) => ({
      ...{ key, title: key, scale: "ratio" as const, better: "lower" as const, margin: 0.05, verdict: "pass" },
      differences: Array.from({ length: 10 }, () => center + spread * gaussian(random)),
    })),
  }));
}

describe("A/A sessions", () => {
  test("give the false-alarm rate with its exact interval", () => {
    const calibration = calibrationOf([...sessions(9), ...sessions(1, { verdict: "regressed" })]);
    expect(calibration).toMatchObject({ sessions: 10, falseAlarms: 1 });
    expect(calibration?.interval.lower).toBeCloseTo(0.002529, 5);
    expect(calibration?.interval.upper).toBeCloseTo(0.445016, 5);
    expect(plainSpaces(calibrationCheck(calibration).text)).toMatch(
      /^1 false alarm in 10 A\/A sessions here \(10\.0 %, 95 % interval 0\.25 % to 44\.5 %\)/,
    );
  });

  test("pool the noise of the pairs, each session about its own mean", () => {
    const calm = calibrationOf(sessions(12))?.spreads.get("latency.p50 phase=steady");
    expect(calm).toMatchObject({ scale: "ratio", sessions: 12 });
    expect(calm?.spread).toBeGreaterThan(0.025);
    expect(calm?.spread).toBeLessThan(0.035);
    const shifted = calibrationOf(sessions(12, { center: 1 }))?.spreads.get("latency.p50 phase=steady");
    expect(shifted?.spread).toBeCloseTo(calm?.spread ?? Number.NaN, 9);
  });

  test("with arms swapped at random call something regressed about as rarely as promised", () => {
    expect(calibrationOf(sessions(10))?.relabelled).toBeLessThan(0.02);
  });

  test("whose arms were not treated alike raise a doubt; those that were do not", () => {
    expect(calibrationOf(sessions(12))?.doubts).toEqual([]);
    const biased = calibrationOf(sessions(12, { center: 0.03 }));
    expect(biased?.doubts.join()).toContain("are not uniform");
    expect(calibrationCheck(biased).status).toBe("warning");
  });

  test("with more false alarms than promised are a warning", () => {
    const check = calibrationCheck(calibrationOf([...sessions(5), ...sessions(3, { verdict: "regressed" })]));
    expect(check).toMatchObject({ status: "warning", text: expect.stringContaining("more than the") });
  });

  test("that are not there are told, with the way to get them", () => {
    expect(calibrationCheck(calibrationOf([])).text).toContain("--aa");
  });
});

describe("lines of A/A sessions", () => {
  const line = JSON.stringify(sessions(1)[0]);

  test("that can't be read are told by number, the others are read", () => {
    const { sessions: read, problems } = readAaSessions(`${line}\n{"v":1}\n\n${line.slice(0, 40)}\n${line}\n`);
    expect(read).toHaveLength(2);
    expect(problems).toEqual(["line 2 is no A/A session", "line 4 is no A/A session"]);
  });

  test.prop([fc.string()])("may hold anything", (text) => {
    expect(() => readAaSessions(text)).not.toThrow();
  });
});
