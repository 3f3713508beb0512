import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadConditions } from "../../runner/scenario/load.ts";
import { goodScenario, messagesOf, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";

const gate = (condition: string) => withChange("{ metric: recovery.time, fault: one-dies, max: 5s }", condition);
const gateMessages = (condition: string) => messagesOf(gate(condition)).map((it) => it.replace(/^gates\[1\]/, ""));
const gateOf = (condition: string) => scenarioOf(gate(condition)).gates[1];

test("a margin compares with the baseline, a bound with nothing", () => {
  expect(scenarioOf(goodScenario).gates).toMatchObject([
    {
      name: "latency.p99 checkout steady",
      ...{ metric: "latency.p99", request: "checkout", phase: "steady", fault: null, target: null, arm: null },
      ...{ versus: "baseline", margin: { kind: "relative", value: 0.1 }, max: null, min: null },
      ...{ advisory: false, source: null, at: { line: 30, column: 5 } },
    },
    { name: "recovery.time one-dies", fault: "one-dies", versus: null, margin: null, max: 5_000, min: null },
  ]);
  expect(scenarioOf(goodScenario).claims).toMatchObject([{ metric: "errors.ratio", max: 0.005, source: "001-14" }]);
  expect(scenarioOf(goodScenario).abort).toEqual([{ metric: "errors.ratio", max: 0.5, min: null, forMs: 5_000 }]);
});

test.each([
  ["{ metric: latency.p99, max: 250ms }", { max: 250 }],
  ["{ metric: throughput, min: 18000/m }", { min: 300 }],
  ["{ metric: memory.peak, max: 200MiB }", { max: 209_715_200, target: "shop" }],
  [
    "{ metric: memory.peak, target: db, margin: 1MiB }",
    { margin: { kind: "absolute", value: 1_048_576 }, target: "db" },
  ],
  ["{ metric: oom.kills, max: 0 }", { max: 0 }],
  ["{ metric: cpu.cores, max: 500m }", { max: 0.5 }],
  ["{ metric: errors.ratio, margin: 0.1pp }", { margin: { kind: "absolute", value: 0.001 } }],
  ["{ metric: latency.max, max: 1s, advisory: true }", { advisory: true }],
])("%s is read in the metric's unit", (condition, expected) => {
  expect(gateOf(condition)).toMatchObject(expected);
});

test("a gate that nothing measures is refused: on the processes of somebody else's service, or without its sampler", () => {
  const of = (target: string, more: string) => `apiVersion: shakedown/v1
name: small
targets: { app: ${target} }
load: { target: app, rate: 10/s, requests: [{ get: / }] }
phases: [{ name: all, for: 1s }]
${more}`;
  const http = '{ kind: http, url: "http://127.0.0.1:8080" }';
  const own = "{ kind: process, command: [node] }";
  const gates = "gates: [{ metric: ready.gap, max: 1s }, { metric: latency.p50, max: 1s }]";
  expect(messagesOf(of(http, gates))).toEqual([
    "gates[0].metric: ready.gap can't be measured: app is a service that somebody else started | " +
      "use what its clients see (latency, errors.ratio, throughput), or a target of kind process",
  ]);
  expect(messagesOf(of(own, gates))).toEqual([]);
  expect(messagesOf(of(http, gates.replace("gates", "claims").replaceAll("s }", "s, source: here }")))).toEqual([]);
  const off =
    "samplers: { off: [gc, scaling] }\ngates: [{ metric: ready.gap, max: 1s }, { metric: cpu.cores, max: 1 }]";
  expect(messagesOf(of(own, off))).toEqual([
    "gates[0].metric: ready.gap can't be measured: the sampler scaling is in samplers.off | take it out of samplers.off",
  ]);
  const loaded = scenarioOf(of(http, gates.replace(/\{.*?\}, /, "")));
  using folder = scenarioFolder();
  writeFileSync(folder.file, gates);
  expect(loadConditions(folder.file, loaded, false)).toMatchObject({ ok: false });
});

test.each([
  ["{ metric: latency.p99, max: 250 }", '.max: expected a duration such as "10s", "500ms", "2m" or "1h", found 250'],
  [
    "{ metric: errors.ratio, max: 0.1pp }",
    '.max: expected a percentage such as "10%", found "0.1pp" | pp is for margins; a bound of a share takes %',
  ],
  [
    "{ metric: errors.ratio, margin: 10% }",
    '.margin: expected percentage points such as "0.1pp", found "10%" | errors.ratio is compared as a difference, which has no base for a percentage',
  ],
  [
    "{ metric: throughput, margin: 100% }",
    '.margin: expected a margin below "100%" (throughput can\'t fall by more), found "100%"',
  ],
  [
    "{ metric: latency.p99, margin: 0% }",
    '.margin: expected a margin above zero: nothing measured is ever exactly equal, found "0%"',
  ],
  ["{ metric: latency.p99 }", ": expected one of margin, max and min, found none"],
  ["{ metric: latency.p99, max: 1s, min: 1ms }", ": expected one of margin, max and min, found max and min"],
  [
    "{ metric: latency.p99, max: 1s, versus: baseline }",
    ": versus goes with a margin; a bound (max, min) compares with nothing",
  ],
  [
    "{ metric: latency.p99, margin: 5%, versus: nobody }",
    '.versus: no arm is named "nobody" | known: baseline, candidate',
  ],
  [
    "{ metric: latency.p99, margin: 5%, arm: baseline }",
    ": there is no arm to compare with baseline | add an arm, such as candidate: { … }, or use max",
  ],
  [
    "{ metric: latency.p99, max: 1s, phase: warmup }",
    '.phase: "warmup" is a warm-up phase: it is measured, never judged',
  ],
  [
    "{ metric: latency.p99, max: 1s, request: chekout }",
    '.request: no request is named "chekout" | did you mean "checkout"?',
  ],
  [
    "{ metric: recovery.time, max: 1s }",
    ": recovery.time needs a fault: the one it is measured from | add fault: NAME",
  ],
  [
    "{ metric: recovery.time, fault: one-dies, phase: kill, max: 1s }",
    ": recovery.time takes no phase: it belongs to the phase of its fault",
  ],
  [
    "{ metric: latency.p99, fault: one-dies, max: 1s }",
    ": latency.p99 takes no fault: it is measured over time | name the phase of the fault instead",
  ],
  [
    "{ metric: memory.peak, request: pay, max: 1MiB }",
    ": memory.peak takes no request: it is not measured on requests",
  ],
  [
    "{ metric: latency.max, max: 1s }",
    ".metric: latency.max is too unsteady to decide | add advisory: true, or use a quantile",
  ],
  ["{ metric: latncy.p99, max: 1s }", '.metric: no metric is named "latncy.p99" | did you mean "latency.p99"?'],
])("%s is refused", (condition, message) => {
  expect(gateMessages(condition)).toEqual([message]);
});

test("a margin without an arm to compare with says what to do", () => {
  const one = goodScenario.replace(/arms:\n.*\n.*\n/, "");
  const [message, ...others] = messagesOf(one);
  expect(others).toEqual([]);
  expect(message).toMatch(
    /^gates\[0\]: a margin needs an arm to compare with, and there is none named baseline \| add arms: \{ baseline: \{\}/,
  );
  expect(message).toContain("--against FILE");
  expect(message).toContain("shakedown baseline accept <run>");
  expect(scenarioOf(one, { stored: true }).gates[0]?.versus).toBe("baseline");
});

test("a stored baseline stands in for the arm of that name only, and for no arm that is there", () => {
  const other = withChange("phase: steady, margin: 10%", "phase: steady, margin: 10%, versus: v1");
  expect(messagesOf(other, { stored: true })).toEqual([
    'gates[0].versus: no arm is named "v1" | known: baseline, candidate',
  ]);
  const named = goodScenario.replace(/arms:\n.*\n.*\n/, "").replace("margin: 10%", "margin: 10%, versus: baseline");
  expect(messagesOf(named)).toHaveLength(1);
  expect(messagesOf(named, { stored: true })).toEqual([]);
  const alone = goodScenario.replace(/ {2}candidate: .*\n/, "");
  expect(messagesOf(alone, { stored: true })).toEqual([
    "gates[0]: there is no arm to compare with baseline | add an arm, such as candidate: { … }, or use max",
  ]);
});

test("conditions have names of their own, made of their parts", () => {
  const twice = gate(
    "{ metric: latency.p99, request: checkout, phase: steady, max: 1s }\n  - { name: fast, metric: latency.p50, max: 1s }",
  );
  expect(scenarioOf(twice).gates.map((it) => it.name)).toEqual([
    "latency.p99 checkout steady",
    "latency.p99 checkout steady (2)",
    "fast",
  ]);
  expect(
    messagesOf(gate("{ name: a, metric: latency.p50, max: 1s }\n  - { name: a, metric: latency.p50, max: 1s }")),
  ).toEqual(['gates[2].name: two conditions are named "a"']);
});

test("claims need a source; gates have none", () => {
  expect(messagesOf(withChange(', source: "001-14"', ""))).toEqual(['claims[0]: "source" is missing']);
  expect(gateMessages("{ metric: latency.p50, max: 1s, source: me }")[0]).toMatch(/there is no field "source"/);
});

test("abort rules watch what the running load can tell", () => {
  expect(
    messagesOf(withChange("{ metric: errors.ratio, max: 50%, for: 5s }", "{ metric: memory.peak, max: 1GiB }")),
  ).toEqual([
    "abort[0].metric: memory.peak is not known while the load runs | known: errors.ratio, dropped.ratio, latency.p50, latency.p99, throughput",
  ]);
});

test("other gates for an old record are read against that record", () => {
  using folder = scenarioFolder();
  const scenario = scenarioOf(goodScenario);
  const read = (text: string) => {
    writeFileSync(folder.file, text);
    return loadConditions(folder.file, scenario, false);
  };
  expect(read("gates: [{ metric: latency.p95, phase: peak, margin: 5% }]\n")).toMatchObject({
    ok: true,
    conditions: { gates: [{ name: "latency.p95 peak", versus: "baseline", margin: { value: 0.05 } }], claims: [] },
  });
  expect(read("gates: [{ metric: latency.p95, phase: pek, margin: 5% }]\nload: {}\n")).toMatchObject({
    ok: false,
    diagnostics: [
      { path: "gates[0].phase", message: 'no phase is named "pek"', hint: 'did you mean "peak"?' },
      { path: "", message: 'there is no field "load"' },
    ],
  });
  // A whole scenario will do: what else it says is not asked of a record.
  expect(read(withChange("margin: 10%", "margin: 5%"))).toMatchObject({
    ok: true,
    conditions: { gates: [{ margin: { value: 0.05 } }, { metric: "recovery.time" }], claims: [{ source: "001-14" }] },
  });
  expect(read(`${goodScenario}gate: []\n`)).toMatchObject({
    ok: false,
    diagnostics: [{ message: 'there is no field "gate"' }],
  });
  expect(read("{}")).toMatchObject({ ok: false, diagnostics: [{ message: "expected gates or claims, found none" }] });
});
