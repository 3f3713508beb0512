/** What is told before a run begins of quantiles that its own rate is too low for. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { warnOfFewRequests } from "../../runner/cli/run/few-requests.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import { scratch } from "../support/scratch.ts";
import { virtualHost } from "../support/virtual-host.ts";

const some = "requests: [{ name: home, get: /, weight: 3 }, { name: search, get: /s, weight: 1 }]";

function told(load: string, gate: string, peak = "{ rate: { from: 40/s, to: 80/s } }", asked = "gates"): string {
  using dir = scratch();
  const file = join(dir.dir, "shop.yaml");
  writeFileSync(join(dir.dir, "shop.mjs"), "");
  writeFileSync(
    file,
    `
apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: process, command: [node, shop.mjs], ready: { path: / } } }
load: { target: shop, ${load} }
phases: [{ name: warmup, for: 9s, warmup: true }, { name: steady, for: 2s }, { name: peak, for: 2s, load: ${peak} }]
trials: { count: 5 }
${asked}: [{ ${gate}, max: 1s }]
`,
  );
  const loaded = loadScenario(file, { set: [], env: {}, node: process.execPath });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((it) => it.message).join("\n"));
  const said: string[] = [];
  const stderr = { write: (it: string) => said.push(it), isTTY: false, columns: undefined };
  const host = { ...virtualHost({ now: 0 }), stderr };
  warnOfFewRequests(
    { host, json: false, quiet: false, verbose: false, color: { out: false, err: false } },
    loaded.scenario,
  );
  return said.join("");
}

test("a rate that gives a quantile too few requests is told with how many it needs, phases without faults together", () => {
  // 2 s of 40/s and 2 s of 60/s on average.
  expect(told(`rate: 40/s, ${some}`, "metric: latency.p99")).toContain("p99 of 200 requests");
  expect(told(`rate: 40/s, ${some}`, "metric: latency.p95")).toBe("");
});

test("a request has its share of the arrivals, a step and its flow come with the flow", () => {
  expect(told(`rate: 40/s, ${some}`, "metric: latency.p95, phase: steady, request: search")).toMatch(
    /p95 of 20 requests a trial is left to chance: 200 are needed/,
  );
  const flow =
    "requests: [{ name: home, get: /, weight: 3 }, { name: buy, weight: 1, steps: [{ name: login, get: /l }, { name: pay, get: /p }] }]";
  for (const request of ["buy", "pay"])
    expect(told(`rate: 40/s, ${flow}`, `metric: latency.p95, phase: steady, request: ${request}`)).toContain(
      "p95 of 20 requests",
    );
  expect(told(`rate: 40/s, ${flow}`, "metric: latency.p95, phase: steady")).toContain("p95 of 100 requests");
});

test("where the answers decide how many are sent, and of metrics that are no quantiles, nothing is told", () => {
  expect(told(`connections: 1, ${some}`, "metric: latency.p99, phase: steady", "{ connections: 2 }")).toBe("");
  expect(told(`rate: 1/s, ${some}`, "metric: latency.mean, phase: steady")).toBe("");
});

test("a claim is told of as a gate is", () => {
  const claim = "source: 001-14, metric: latency.p99";
  expect(told(`rate: 40/s, ${some}`, claim, "{ rate: 40/s }", "claims")).toContain("p99 of 160 requests");
});
