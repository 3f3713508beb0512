/** What is told before a run begins of margins that so many pairs can't resolve, and where the noise is known from. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { setupOf } from "../../reports/history/session.ts";
import { historyPlace } from "../../runner/cli/history-place.ts";
import { warnOfMargins } from "../../runner/cli/run/margins.ts";
import { baselineFileOf } from "../../runner/cli/stored.ts";
import type { Scenario } from "../../runner/record/scenario.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import { fakeNights, gateKey, scenarioText, toText } from "../support/nights.ts";
import { scratch } from "../support/scratch.ts";
import { virtualHost } from "../support/virtual-host.ts";

function told(dir: string, margin: string) {
  const file = join(dir, "shop.yaml");
  writeFileSync(file, scenarioText(margin));
  writeFileSync(join(dir, "shop.mjs"), "");
  const loaded = loadScenario(file, { set: [], env: {}, node: process.execPath });
  if (!loaded.ok) throw new Error("the scenario of this test is wrong");
  const said: string[] = [];
  const stderr = { write: (it: string) => said.push(it), isTTY: false, columns: 80 };
  const host = { ...virtualHost({ now: 0 }), cwd: dir, stderr };
  const cli = { host, json: false, quiet: false, verbose: false, color: { out: false, err: false } };
  const place = historyPlace(host, loaded.scenario);
  return {
    scenario: loaded.scenario,
    place,
    warn: (scenario = loaded.scenario) => {
      warnOfMargins(cli, scenario, place);
      return said.splice(0).join("");
    },
  };
}

/** Pairs of a session scatter by half the noise between nights, times the root of five pairs. */
function addNights(scenario: Scenario, file: string): void {
  const arms = scenario.arms.map((it) => ({ name: it.name, hash: it.hash, setup: setupOf(it) }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    toText(
      fakeNights({
        nights: 4,
        noise: 0.05,
        metrics: [{ key: gateKey, value: () => 1, level: 40 }],
        line: () => ({ arms }),
      }),
    ),
  );
}

test("nothing is told where nothing is known of the noise", () => {
  using folder = scratch();
  expect(told(folder.dir, "1%").warn()).toBe("");
});

test("the pairs of earlier sessions say what can't be resolved, from where on it could, and that it is they who say so", () => {
  using folder = scratch();
  const { scenario, place, warn } = told(folder.dir, "3%");
  addNights(scenario, place.history);
  expect(warn()).toMatch(
    /^! .*: the margin is 3 %, 5 pairs pass from a margin of 1\d % and fail from a worsening of \d+ %, with 80 % chance each; \d+ pairs would pass it, \d+ pairs would tell a worsening of it from none \(noise of 4 sessions of history here\)\n$/,
  );
});

test("of pairs that tell next to nothing no size is told that nobody can mean", () => {
  using folder = scratch();
  const { scenario, place, warn } = told(folder.dir, "3%");
  addNights(scenario, place.history);
  const two = { ...scenario, trials: { ...scenario.trials, count: 2 } };
  expect(warn(two)).toMatch(/fail from a worsening of over 1 ?000 %, with/);
});

test("a margin that can be passed and failed is no warning", () => {
  using folder = scratch();
  const { scenario, place, warn } = told(folder.dir, "40%");
  addNights(scenario, place.history);
  expect(warn()).toBe("");
});

test("without sessions the trials of a stored baseline say it", () => {
  using folder = scratch();
  const { scenario, warn } = told(folder.dir, "3%");
  const values = [40, 42, 38, 43, 37];
  writeFileSync(
    baselineFileOf(scenario.file),
    JSON.stringify({
      ...{
        schema: 1,
        scenario: "shop",
        arm: "candidate",
        run: "20261121T091203Z-k3f0",
        measuredAt: "2026-11-21T09:12:03.000Z",
      },
      ...{
        verdict: "pass",
        forced: false,
        versions: { shakedown: "0.1.0", node: "24.0.0" },
        hash: "abc",
        reference: null,
      },
      setup: { load: "a", phases: "b", faults: "c", abort: "d", hooks: "e" },
      environment: {},
      trials: values.map((_, i) => ({ trial: i + 1, block: i + 1, outcome: "ok" })),
      samples: [{ metric: "latency.p99", phase: "steady", unit: "ms", values }],
    }),
  );
  expect(warn()).toContain("(noise of 5 trials in shop.baseline.json, each on its own)");
});
