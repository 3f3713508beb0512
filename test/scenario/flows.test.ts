import { expect, test } from "vitest";
import { messagesOf, problemsOf, scenarioOf, withChange } from "../support/scenario-file.ts";

const pay = "    - { name: pay, post: /pay, body: { amount: 3 }, weight: 2 }\n";
const withFlow = (flow: string) => withChange(pay, `${pay}    - ${flow}\n`);
const withSteps = (steps: string) => withFlow(`{ name: buy, weight: 3, steps: [${steps}] }`);
const said = (steps: string) => messagesOf(withSteps(steps));
const at = "load.requests[2]";

const login = "{ name: login, post: /login, extract: { token: { json: /token } } }";
const browse = '{ get: /browse, headers: { authorization: "Bearer ${vars.token}" } }';

test("a flow's steps become requests of weight 0, and the flow their order", () => {
  const load = scenarioOf(
    withSteps(
      `{ name: login, post: /login, extract: { token: { json: /t }, a: { header: X-A }, b: { regex: "x(.)" } } }, { think: 500ms }, ${browse}, { think: { from: 1s, to: 2s } }, { think: { mean: 3s } }, { put: /pay }`,
    ),
  ).arms[0]?.load;
  expect(load?.requests.map((it) => [it.name, it.weight])).toEqual([
    ["checkout", 1],
    ["pay", 2],
    ["login", 0],
    ["get-browse", 0],
    ["put-pay", 0],
  ]);
  expect(load?.requests[2]?.extract).toEqual([
    { name: "token", kind: "json", path: "/t" },
    { name: "a", kind: "header", header: "x-a" },
    { name: "b", kind: "regex", pattern: "x(.)" },
  ]);
  expect(load?.flows).toEqual([
    {
      name: "buy",
      weight: 3,
      steps: [
        { request: "login" },
        { think: { kind: "uniform", fromMs: 500, toMs: 500 } },
        { request: "get-browse" },
        { think: { kind: "uniform", fromMs: 1000, toMs: 2000 } },
        { think: { kind: "exponential", meanMs: 3000 } },
        { request: "put-pay" },
      ],
    },
  ]);
  // Each of its three requests may stay unanswered until the timeout.
  expect(load?.maxInFlight).toBe(3 * 2400);
});

test("conditions name flows and their steps", () => {
  const text = withSteps(`${login}, ${browse}`);
  const gates = (request: string) =>
    messagesOf(text.replace("gates:\n", `gates:\n  - { metric: latency.p99, request: ${request}, max: 1s }\n`));
  expect(gates("buy")).toEqual([]);
  expect(gates("login")).toEqual([]);
  expect(gates("get-browse")).toEqual([]);
  expect(gates("logn")[0]).toMatch(/no request is named "logn" \| did you mean "login"\?/);
});

test("a variable comes from an earlier step of its flow", () => {
  expect(said(`${login}, ${browse}`)).toEqual([]);
  expect(problemsOf(withSteps(`${login}, { get: "/a?t=\${vars.tokn}" }`))).toMatch(
    /shop\.yaml:\d+:\d+ {2}load\.requests\[2\]\.steps\[1\]\.get: no step before this one extracts "tokn"\n.*\n *\| *\^{12} did you mean "token"\?\n$/,
  );
  expect(said(`${browse}, ${login}`)[0]).toMatch(
    /steps\[0\]\.headers\.authorization: no step before this one extracts "token"/,
  );
  expect(messagesOf(withFlow(browse))[0]).toMatch(/no step before this one extracts "token"/);
});

test("a flow that can't be is refused where it stands", () => {
  expect(messagesOf(withFlow(`{ steps: [${login}] }`))).toEqual([`${at}: "name" is missing: a flow needs one`]);
  expect(messagesOf(withFlow(`{ name: buy, get: /x, steps: [${login}] }`))).toEqual([
    `${at}: a flow has no "get" | its steps have`,
  ]);
  expect(said("")).toEqual([`${at}.steps: expected at least 1 item, found an empty list`]);
  expect(said("{ think: 1s }")).toEqual([
    `${at}.steps[0]: think time stands between two requests: a flow begins with one`,
  ]);
  expect(said(`${login}, { think: 1s }`)[0]).toMatch(/steps\[1\]: think time stands between two requests: a flow ends/);
  expect(said(`${login}, { think: 1s, get: / }, ${browse}`)).toEqual([
    `${at}.steps[1]: think time is a step of its own: it has no "get"`,
  ]);
  expect(said(`${login}, { name: login, get: /a }`)).toEqual([
    `${at}.steps[1].name: two requests are named "login" | give this one another name`,
  ]);
  expect(said("{ name: buy, get: /a }")[0]).toMatch(/two requests are named "buy"/);
  expect(said("{ name: a }")[0]).toMatch(/steps\[0\]: expected one of get, post/);
});

test("think time has one of three forms", () => {
  const think = (form: string) => said(`${login}, { think: ${form} }, ${browse}`);
  const forms = `${at}.steps[1].think: expected a duration such as "500ms", { from: 1s, to: 3s }, or { mean: 2s }`;
  expect(think("{ from: 0s, to: 1s }")).toEqual([]);
  expect(think("{ from: 2s, to: 1s }")).toEqual([`${at}.steps[1].think: expected from to be at most as long as to`]);
  expect(think("{ from: 2s }")[0]).toContain(forms);
  expect(think("{ mean: 2s, to: 3s }")[0]).toContain(forms);
  expect(think("{}")[0]).toContain(forms);
  expect(think("0s")[0]).toMatch(/steps\[1\]\.think: expected more than zero/);
});

test("what is extracted is named once, from one place that can be", () => {
  const extract = (form: string, method = "get") => said(`{ ${method}: /a, extract: ${form} }`);
  expect(extract("{ a: {} }")).toEqual([`${at}.steps[0].extract.a: expected one of json, header, regex, found none`]);
  expect(extract("{ a: { json: /a, regex: b } }")).toEqual([
    `${at}.steps[0].extract.a: expected one of json, header, regex, found json and regex`,
  ]);
  expect(extract("{ a: { json: a } }")[0]).toMatch(/expected a path such as "\/data\/0\/id"/);
  expect(extract("{ a: { regex: '(' } }")[0]).toMatch(/expected a regular expression/);
  expect(extract("{ a: { json: /a } }", "head")).toEqual([
    `${at}.steps[0].extract.a.json: the answer to HEAD has no body`,
  ]);
  expect(extract("{ 'a b': { json: /a } }")[0]).toMatch(/expected the name of a variable/);
});

test("think time between passes is for the closed model, where nothing else says when", () => {
  const closed = withSteps(login)
    .replace("rate: 300/s\n", "connections: 3\n  think: { mean: 1s }\n")
    .replace(", load: { rate: { from: 300/s, to: 600/s } }", "");
  expect(scenarioOf(closed).arms[0]?.load.think).toEqual({ kind: "exponential", meanMs: 1000 });
  expect(messagesOf(withChange("rate: 300/s\n", "rate: 300/s\n  think: 1s\n"))).toEqual([
    'load.think: "think" goes with "connections", found it with "rate": there arrivals say when | between the steps of a flow, think is a step',
  ]);
});

test("autocannon has neither flows nor think time", () => {
  const text = withSteps(login)
    .replace("rate: 300/s\n", "connections: 3\n  engine: autocannon\n  think: 1s\n")
    .replace(", load: { rate: { from: 300/s, to: 600/s } }", "");
  expect(messagesOf(text).map((it) => /has no (.*);/.exec(it)?.[1])).toEqual(
    expect.arrayContaining(["flows", "think time"]),
  );
});
