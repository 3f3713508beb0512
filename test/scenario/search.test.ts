/** A search in a scenario: what is read, what it refuses, and what its hash is of. */
import { expect, test } from "vitest";
import { messagesOf, problemsOf, scenarioOf } from "../support/scenario-file.ts";

const base = `apiVersion: shakedown/v1
name: shop
targets:
  shop:
    kind: process
    command: [node, services/shop.mjs]
    instances: 3
    limits: { memory: 160MiB }
load:
  target: shop
  requests: [{ name: checkout, get: /checkout }]
phases:
  - { name: warmup, for: 2s, warmup: true }
  - { name: steady, for: 10s }
  - { name: kill, for: 10s, faults: [one-dies] }
faults:
  one-dies: { kind: pod-kill, target: shop, count: 1 }
search:
  over: load.rate
  from: 50/s
  headroom: one-dies
  while:
    - { metric: latency.p99, max: 250ms }
    - { metric: errors.ratio, max: 0.1% }
gates:
  - { metric: capacity.rate, min: 300/s }
`;
const changed = (from: string, to: string): string => {
  if (!base.includes(from)) throw new Error(`the scenario does not hold ${from}`);
  return base.replace(from, () => to);
};
const withSearch = (lines: string): string => changed("  headroom: one-dies\n", `  headroom: one-dies\n${lines}\n`);
const goals = `  goals:
    - { name: fast, while: [{ metric: latency.p99, max: 100ms }] }
    - { name: fair, while: [{ metric: latency.p99, max: 500ms }] }
`;
const withGoals = base.replace(/ {2}while:[\s\S]*?0\.1% }\n/, goals);

test("defaults are those of RFC 9971's words for a promise: one bad trial in seven, bounds 2 % apart, a soak of ten trials", () => {
  const { search, trials } = scenarioOf(base);
  expect(search).toMatchObject({
    over: { kind: "rate", path: "load.rate", unit: "1/s", harder: "up" },
    ...{ from: 50, to: null, width: 0.02, exceed: 1 / 7, repeat: 7, trials: 100, withinMs: null, soakMs: 100_000 },
    goals: [{ name: "goal", while: [{ metric: "latency.p99", max: 250, phase: null }, { metric: "errors.ratio" }] }],
    headroom: { fault: "one-dies", while: [{ metric: "latency.p99", max: 250, phase: "kill" }, { phase: "kill" }] },
    maxInFlight: null,
  });
  expect(trials).toEqual({ seed: 1, count: 100 });
});

test("the load begins with the easiest rate, which nobody has to write twice", () => {
  expect(scenarioOf(base).arms[0]?.load.model).toEqual({ kind: "open", rate: 50, spacing: "poisson" });
  expect(scenarioOf(base, { set: ["search.from=80/s"] }).arms[0]?.load.model).toMatchObject({ rate: 80 });
});

test("everything can be said", () => {
  const { search } = scenarioOf(
    withSearch("  to: 900/s\n  width: 5%\n  exceed: 10%\n  repeat: 12\n  trials: 40\n  within: 20m\n  soak: 1m"),
  );
  expect(search).toMatchObject({
    to: 900,
    width: 0.05,
    exceed: 0.1,
    repeat: 12,
    trials: 40,
    withinMs: 1_200_000,
    soakMs: 60_000,
  });
  expect(scenarioOf(withSearch("  soak: false\n  exceed: 1/10")).search).toMatchObject({ soakMs: null, repeat: 10 });
});

test("several goals have names, and gates say which", () => {
  const scenario = scenarioOf(
    withGoals.replace(
      "- { metric: capacity.rate, min: 300/s }",
      "- { metric: capacity.rate, goal: fair, min: 300/s }\n  - { metric: capacity.headroom, min: 200/s }",
    ),
  );
  expect(scenario.search?.goals.map((it) => it.name)).toEqual(["fast", "fair"]);
  expect(scenario.gates).toMatchObject([
    { name: "capacity.rate fair min", goal: "fair", min: 300 },
    { name: "capacity.headroom min", min: 200 },
  ]);
  expect(messagesOf(withGoals.replace("capacity.rate,", "capacity.rate, goal: fats,"))).toEqual([
    'gates[0].goal: no goal is named "fats" | did you mean "fast"?',
  ]);
});

const memory = changed("    limits: { memory: 160MiB }\n", "")
  .replace("over: load.rate", "over: targets.shop.limits.memory")
  .replace("from: 50/s", "from: 512MiB\n  to: 32MiB")
  .replace("  headroom: one-dies\n", "")
  .replace(
    "  - { name: kill, for: 10s, faults: [one-dies] }\nfaults:\n  one-dies: { kind: pod-kill, target: shop, count: 1 }\n",
    "",
  )
  .replace("  target: shop\n", "  target: shop\n  rate: 100/s\n")
  .replace(/gates:\n.*\n/, "");
const variable = (from: string): string =>
  memory.replace("limits.memory", "env.THREADS").replace("from: 512MiB\n  to: 32MiB", from);

test("over a limit or a variable of a target, the easiest value is put there", () => {
  const scenario = scenarioOf(memory);
  expect(scenario.search?.over).toEqual({
    kind: "parameter",
    path: "targets.shop.limits.memory",
    unit: "bytes",
    harder: "down",
  });
  expect(scenario.arms[0]?.targets[0]).toMatchObject({ limits: { memory: 512 * 2 ** 20 } });
  expect(messagesOf(variable("from: 16\n  to: 1"))).toEqual([
    'search: "harder" is missing: up or down, for a variable of the environment',
    expect.stringContaining("expected a value above from"),
  ]);
  expect(scenarioOf(variable("from: 16\n  to: 1\n  harder: down")).arms[0]?.targets[0]).toMatchObject({
    env: { THREADS: "16" },
  });
});

test("a variable stays whole where both ends are, unless it says otherwise; below one there is nothing", () => {
  const over = (text: string) => scenarioOf(variable(text)).search;
  expect(over("from: 16\n  harder: down")).toMatchObject({ over: { integer: true }, to: 1 });
  expect(over("from: 1\n  harder: up")).toMatchObject({ over: { integer: true }, to: null });
  for (const text of ["from: 16\n  to: 0.5", "from: 16\n  integer: false", "from: 1.5\n  to: 1"])
    expect(over(`${text}\n  harder: down`)?.over).not.toHaveProperty("integer");
  expect(messagesOf(variable("from: 2.5\n  integer: true\n  harder: up"))).toEqual([
    "search.from: expected a whole number, since integer is true, found 2.5",
  ]);
  expect(messagesOf(withSearch("  integer: true"))).toEqual([
    "search: integer is for a variable of the environment, found load.rate | leave it out",
  ]);
});

test("what a search over a target finds is gated in its own unit", () => {
  const gated = (text: string, gate: string) => `${text}gates: [{ metric: ${gate} }]\n`;
  expect(scenarioOf(gated(memory, "capacity.value, max: 128MiB")).gates).toMatchObject([
    { name: "capacity.value", max: 128 * 2 ** 20 },
  ]);
  expect(scenarioOf(gated(variable("from: 16\n  harder: down"), "capacity.value, max: 4")).gates).toMatchObject([
    { max: 4 },
  ]);
  expect(messagesOf(gated(memory, "capacity.value, max: 4/s")).join()).toContain('expected a size such as "160MiB"');
  expect(messagesOf(gated(memory, "capacity.rate, min: 4/s"))).toEqual([
    "gates[0].metric: a search over targets.shop.limits.memory does not find capacity.rate | it finds capacity.value: use that",
  ]);
  expect(messagesOf(changed("capacity.rate", "capacity.value"))).toEqual([
    "gates[0].metric: a search over load.rate does not find capacity.value | it finds capacity.rate: use that",
  ]);
});

test.each([
  [
    "a rate beside it",
    changed("  target: shop\n  req", "  target: shop\n  rate: 300/s\n  req"),
    "load.rate: the search sets load.rate, beginning with its from | leave it out here",
  ],
  [
    "connections",
    changed("  target: shop\n  req", "  target: shop\n  connections: 20\n  req"),
    'load.connections: expected either "rate" or "connections", found both | remove one of them; in an arm and in --set, null removes',
  ],
  [
    "a number of trials",
    changed("gates:", "trials: { count: 6 }\ngates:"),
    "trials: a search makes as many trials as it needs: count says otherwise | leave it out; search.trials bounds them",
  ],
  [
    "looks",
    changed("gates:", "trials: { looks: [6, 10] }\ngates:"),
    "trials: a search makes as many trials as it needs: looks says otherwise | leave it out; search.trials bounds them",
  ],
  [
    "two variants",
    changed("gates:", "arms: { baseline: {}, candidate: {} }\ngates:"),
    "search: a search is for one variant, found arms baseline and candidate | make a scenario of each, and compare what they find",
  ],
  [
    "a phase with a rate of its own",
    changed("name: steady, for: 10s", "name: steady, for: 10s, load: { rate: 9/s }"),
    "phases[1]: a trial of a search has one rate, the one that is tried | leave it out",
  ],
  [
    "a fault that it does not know",
    changed("  headroom: one-dies\n", ""),
    "phases[2].faults[0]: a search's trials have no faults but that of its headroom | add headroom: one-dies to the search, or remove it",
  ],
  [
    "headroom under nothing",
    changed("headroom: one-dies", "headroom: one-dice"),
    'search.headroom: no fault is named "one-dice" | did you mean "one-dies"?',
  ],
  [
    "another quantity",
    changed("over: load.rate", "over: load.rat"),
    'search.over: expected one of load.rate, targets.NAME.limits.memory, targets.NAME.limits.cpu, targets.NAME.env.VARIABLE, found "load.rat" | did you mean "load.rate"?',
  ],
  [
    "an end before the beginning",
    withSearch("  to: 20/s"),
    'search.to: expected a value above from, which is "50/s" (line 20), found "20/s" | more of load.rate is harder: from is the easiest, the lowest value; exchange the two',
  ],
  [
    "an end at the beginning",
    withSearch("  to: 50/s"),
    'search.to: expected a value above from, which is "50/s" (line 20), found "50/s" | from is the easiest value and to the hardest',
  ],
  [
    "an end in another unit",
    withSearch("  to: 20s"),
    'search.to: expected a rate such as "300/s" or "18000/m", found "20s"',
  ],
  [
    "a beginning in another unit",
    changed("from: 50/s", "from: 50ms"),
    'load.rate: expected a rate such as "300/s" or "18000/m", found "50ms"',
  ],
  ["a direction that is known", withSearch("  harder: up"), "search: what makes load.rate harder is known: up"],
  [
    "a share above one half",
    withSearch("  exceed: 6/7"),
    'search.exceed: expected a share from "0%" to "50%", such as "1/7", found "6/7"',
  ],
  ["a goal with a margin", changed("max: 250ms", "margin: 10%"), 'search.while[0]: there is no field "margin"'],
  [
    "a goal that is too unsteady",
    changed("latency.p99", "latency.max"),
    "search.while[0].metric: latency.max is too unsteady to decide | use a quantile",
  ],
  [
    "a goal in the phase of the fault",
    changed("max: 250ms", "max: 250ms, phase: kill"),
    'search.while[0].phase: "kill" has a fault: the trials of the search leave it out | put the condition in headroom.while',
  ],
  [
    "a gate on trials of many loads",
    changed("capacity.rate", "latency.p99"),
    "gates[0].metric: a search's trials have many loads: latency.p99 says nothing over all of them | put it in search.while, or gate capacity.rate",
  ],
  [
    "a margin of capacity",
    changed("min: 300/s", "margin: 10%"),
    "gates[0]: capacity.rate takes no margin: it is found over all trials of the search | use min or max",
  ],
])("%s is refused", (_, text, message) => {
  expect(messagesOf(text).join("\n")).toContain(message);
});

test("neither while nor goals, or both, are told where the search stands", () => {
  expect(problemsOf(withSearch(goals.trimEnd()))).toContain("search: expected while or goals, found both");
  expect(messagesOf(base.replace(/ {2}while:[\s\S]*?0\.1% }\n/, ""))).toContain(
    "search: expected while or goals, found neither",
  );
});

test("capacity is gated only where something is searched", () => {
  const plain = base
    .replace(/search:[\s\S]*?gates:/, "gates:")
    .replace("  target: shop\n  req", "  target: shop\n  rate: 9/s\n  req");
  expect(messagesOf(plain)).toEqual([
    "gates[0].metric: capacity.rate is what a search finds, and this scenario has none | add search: { … }",
  ]);
  const noHeadroom = changed("capacity.rate", "capacity.headroom").replace("  headroom: one-dies\n", "");
  expect(messagesOf(noHeadroom)).toContain(
    "gates[0].metric: capacity.headroom is what search.headroom finds, and there is none | add headroom: to the search",
  );
});

test("the hash is of what is measured at any rate: where a search begins or ends changes nothing, a phase does", () => {
  const hash = (text: string) => scenarioOf(text).arms[0]?.hash;
  expect(hash(changed("from: 50/s", "from: 80/s"))).toBe(hash(base));
  expect(hash(withSearch("  to: 5000/s\n  exceed: 1/10"))).toBe(hash(base));
  expect(hash(changed("max: 250ms", "max: 300ms"))).toBe(hash(base));
  expect(hash(changed("name: steady, for: 10s", "name: steady, for: 12s"))).not.toBe(hash(base));
});
