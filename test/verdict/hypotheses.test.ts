/** Which arm a condition holds for, and what a latency gate implies. */
import { describe, expect, test } from "vitest";
import { claimHypotheses, gateHypotheses } from "../../reports/verdict/prepare/hypotheses.ts";
import { absolute, condition, relative } from "../support/fake-scenario.ts";

const cpu = condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.05) });
const p99 = condition({ metric: "latency.p99", phase: "steady", request: "checkout", margin: relative(0.1) });
const p50 = condition({ metric: "latency.p50", phase: "steady", request: "checkout", margin: relative(0.1) });
const pair = ["baseline", "candidate"];
const arms = (names: readonly string[], given = cpu) => gateHypotheses([given], names).map((it) => it.arm);

describe("arms of a condition without one", () => {
  test("every arm but baseline and reference", () => {
    expect(arms(pair)).toEqual(["candidate"]);
    expect(arms(["baseline", "reference", "small", "large"])).toEqual(["small", "large"]);
  });

  test("the only arm, whatever it is called", () => {
    const max = condition({ metric: "cpu.per-request", max: 5 });
    expect(arms(["baseline"], max)).toEqual(["baseline"]);
    expect(arms(["reference"], max)).toEqual(["reference"]);
  });

  test("an arm is not compared with itself", () => {
    expect(arms(["baseline", "small", "large"], { ...cpu, versus: "small" })).toEqual(["large"]);
  });

  test("an arm that is named is the one", () => {
    expect(arms(["baseline", "small", "large"], { ...cpu, arm: "large" })).toEqual(["large"]);
    expect(arms(pair, condition({ metric: "cpu.per-request", arm: "baseline", max: 5 }))).toEqual(["baseline"]);
  });

  test("a metric that this version does not know is an error, not a gate left out", () => {
    expect(() => gateHypotheses([{ ...cpu, metric: "latency.p42" }], pair)).toThrow("no metric named latency.p42");
  });

  test("ids are unique and fit for an anchor", () => {
    const ids = gateHypotheses([cpu, cpu, { ...cpu, name: "CPU <of> all" }], ["baseline", "a", "b"]).map((it) => it.id);
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
  });
});

describe("a latency gate implies a bound on errors", () => {
  const implied = (...gates: Parameters<typeof gateHypotheses>[0]) =>
    gateHypotheses(gates, pair).filter((it) => it.impliedBy !== null);

  test("once for the same requests and phase, 0.1 points over the other arm", () => {
    const [only, ...more] = implied(p99, p50);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ versus: "baseline", advisory: false, impliedBy: p99.name });
    expect(only?.condition).toMatchObject({
      metric: "errors.ratio",
      phase: "steady",
      request: "checkout",
      margin: { kind: "absolute", value: 0.001 },
    });
  });

  test("not where one is declared, for these requests or for all", () => {
    const errors = condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.01) });
    expect(implied(p99, errors)).toEqual([]);
    expect(implied(p99, { ...errors, request: "checkout", margin: null, versus: null, max: 0.01 })).toEqual([]);
    expect(implied(p99, { ...errors, request: "browse" })).toHaveLength(1);
    expect(implied(p99, { ...errors, phase: "kill" })).toHaveLength(1);
    expect(implied(p99, { ...errors, advisory: true })).toHaveLength(1);
  });

  test("with one arm as an absolute bound", () => {
    const max = condition({ metric: "latency.p99", phase: "steady", max: 100 });
    const [gate, errors] = gateHypotheses([max], ["service"]);
    expect(gate?.versus).toBeNull();
    expect(errors).toMatchObject({ versus: null, condition: { metric: "errors.ratio", max: 0.001, margin: null } });
  });

  test("not from an advisory one, and not from claims", () => {
    expect(implied({ ...p99, advisory: true })).toEqual([]);
    expect(implied(condition({ metric: "latency.max", phase: "steady", margin: relative(0.1) }))).toEqual([]);
    expect(claimHypotheses([p99], pair)).toHaveLength(1);
  });
});
