/** The trials of a search are as long as their purpose asks for, and as the engine can send for. */
import { expect, test } from "vitest";
import { trialAt } from "../../runner/orchestrate/points.ts";
import type { Arm } from "../../runner/record/scenario.ts";
import type { Point, SearchSpec } from "../../runner/record/search.ts";
import { searchScenario } from "../support/fake-search.ts";

const { phases, search, arms } = searchScenario();

/** Of a warm-up of 1 s and 10 s that are judged, with a timeout of 700 ms. */
function lengths(purpose: Point["purpose"], engine: "native" | "k6") {
  const arm = arms[0] as Arm;
  const point = { purpose, goal: "goal", value: 100, above: 200, why: "", known: "" };
  const made = trialAt(
    { phases },
    search as SearchSpec,
    { ...arm, load: { ...arm.load, engine, timeoutMs: 700 } },
    point,
  );
  return made.phases.map((it) => `${it.name} ${it.durationMs}`);
}

test("a proof of recovery takes half of a trial, and what is left of an overload has time to drain", () => {
  expect(lengths("probe", "native")).toEqual(["warmup 1000", "steady 10000"]);
  expect(lengths("recovery", "native")).toEqual(["warmup 500", "steady 5000"]);
  expect(lengths("descent", "native")).toEqual(["overload 10000", "drain 400", "warmup 1000", "steady 10000"]);
});

test("k6 sends for no less than a second", () => {
  expect(lengths("recovery", "k6")).toEqual(["warmup 1000", "steady 5000"]);
  expect(lengths("descent", "k6")).toEqual(["overload 10000", "drain 1000", "warmup 1000", "steady 10000"]);
});
