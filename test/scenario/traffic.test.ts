import { expect, test } from "vitest";
import { goodScenario, messagesOf, scenarioOf, withChange } from "../support/scenario-file.ts";

const loadOf = (text: string) => scenarioOf(text).arms[0]?.load;

test("an open model has a rate, spacing and room for what is in flight", () => {
  expect(loadOf(goodScenario)).toEqual({
    target: "shop",
    engine: "native",
    workers: 1,
    model: { kind: "open", rate: 300, spacing: "poisson" },
    timeoutMs: 2_000,
    // Twice what the peak of 600/s leaves open until the timeout of 2 s.
    maxInFlight: 2_400,
    keepAlive: { maxRequests: null, maxAgeMs: null },
    requests: [
      { name: "checkout", method: "GET", path: "/checkout?items=3", headers: {}, body: null, weight: 1 },
      {
        name: "pay",
        method: "POST",
        path: "/pay",
        headers: { "content-type": "application/json" },
        body: '{"amount":3}',
        weight: 2,
      },
    ],
  });
});

test("a closed model has connections, also in its phases", () => {
  const closed = withChange("rate: 300/s\n", "connections: 20\n").replace(
    "load: { rate: { from: 300/s, to: 600/s } }",
    "load: { connections: 40 }",
  );
  expect(loadOf(closed)).toMatchObject({ model: { kind: "closed", connections: 20 }, maxInFlight: 40 });
  expect(scenarioOf(closed).phases[2]?.load).toEqual({ kind: "closed", connections: 40 });
});

test("phases change the load: a step is a ramp from a rate to itself", () => {
  expect(scenarioOf(goodScenario).phases.map((it) => it.load)).toEqual([
    null,
    null,
    { kind: "open", from: 300, to: 600 },
    null,
    null,
  ]);
  expect(scenarioOf(withChange("{ from: 300/s, to: 600/s }", "36000/m")).phases[2]?.load).toEqual({
    kind: "open",
    from: 600,
    to: 600,
  });
});

test("rate and connections exclude each other, and phases follow the load", () => {
  expect(messagesOf(withChange("rate: 300/s\n", "rate: 300/s\n  connections: 3\n"))).toEqual([
    'load.connections: expected either "rate" or "connections", found both | remove one of them; in an arm and in --set, null removes',
  ]);
  expect(messagesOf(withChange("  rate: 300/s\n", ""))).toEqual([
    'load: expected "rate" (open model) or "connections" (closed model), found neither',
  ]);
  expect(messagesOf(withChange("rate: 300/s\n", "connections: 3\n"))).toEqual([
    'phases[2].load.rate: a phase can\'t have a rate where the load has connections | use "connections" here',
  ]);
  const onlyCandidate = withChange("candidate: {", "candidate: { load: { rate: null, connections: 3 }, ");
  expect(messagesOf(onlyCandidate)).toEqual([
    'phases[2].load.rate: a phase can\'t have a rate where the load has connections (arm candidate) | use "connections" here',
  ]);
  expect(messagesOf(withChange("rate: { from: 300/s, to: 600/s }", "rate: 1/s, connections: 3"))).toEqual([
    'phases[2].load.connections: expected either "rate" or "connections", found both',
  ]);
  expect(messagesOf(withChange("rate: { from: 300/s, to: 600/s }", ""))).toEqual([
    'phases[2].load: expected "rate" or "connections", found neither',
  ]);
});

test("an engine that can't send the model is refused", () => {
  expect(messagesOf(withChange("rate: 300/s\n", "rate: 300/s\n  engine: autocannon\n"))[0]).toBe(
    "load.engine: the autocannon engine can't send a rate (open model) | use engine: native or k6, or connections",
  );
  expect(messagesOf(withChange("rate: 300/s\n", "rate: 300/s\n  engine: k7\n"))).toEqual([
    'load.engine: expected "native", "autocannon" or "k6", found "k7" | did you mean "k6"?',
  ]);
});

test("an option that the model or the engine would not heed is refused, each with its own sentence", () => {
  const closed = (more: string, engine = "autocannon") =>
    messagesOf(
      withChange("rate: 300/s\n", `connections: 4\n  engine: ${engine}\n  ${more}\n`)
        .replace("load: { rate: { from: 300/s, to: 600/s } }", "load: { connections: 8 }")
        .replace(", weight: 2", ""),
    );
  expect(closed("workers: 4")).toEqual([]);
  for (const engine of ["native", "autocannon"]) {
    for (const [key, value] of Object.entries({ spacing: "even", maxInFlight: 9 })) {
      const told = new Set(closed(`${key}: ${value}`, engine));
      expect(told).toEqual(new Set([`load.${key}: "${key}" goes with "rate", found it with "connections"`]));
    }
  }
  expect(closed("keepAlive: { maxRequests: 9 }", "native")).toEqual([]);
  expect(closed("keepAlive: { maxRequests: 9 }")).toContain(
    "load.engine: autocannon can't bound a connection's requests or age; use engine: native",
  );
});

test("requests have one method each and names of their own", () => {
  const requests = (list: string) => messagesOf(withChange('{ name: checkout, get: "/checkout?items=3" }', list));
  expect(requests("{ name: checkout, get: /, post: / }")[0]).toMatch(
    /expected one of get, post, .*, found get and post$/,
  );
  expect(requests("{ name: checkout, method: OPTIONS }")).toEqual(['load.requests[0]: "path" is missing']);
  expect(requests("{ name: checkout }")[0]).toMatch(/found none$/);
  expect(requests("{ name: pay, get: / }")).toContain(
    'load.requests[1].name: two requests are named "pay" | give this one another name',
  );
  expect(requests("{ name: checkout, get: checkout }")[0]).toMatch(/expected a path such as/);
  expect(requests('{ name: checkout, get: "/a b" }')[0]).toMatch(/expected a path such as/);
  expect(requests('{ name: checkout, get: "/a\\r\\nHost: x" }')[0]).toMatch(/expected a path such as/);
  expect(requests('{ name: checkout, get: /, headers: { X-A: "b\\r\\nc" } }')[0]).toMatch(/no line breaks/);
  expect(requests('{ name: checkout, get: /, headers: { "a b": c } }')[0]).toMatch(/expected the name of a header/);
  expect(requests("{ name: checkout, get: /, headers: { Content-Length: 3 } }")[0]).toMatch(/set by the engine/);
  expect(requests("{ name: checkout, get: /, weight: 0 }")[0]).toMatch(/expected more than 0, found 0/);
});

test.for([
  ["get: /a, headers: { Accept: a, accept: b }", 'headers.accept: the same header is given as "Accept"'],
  ["post: /a, body: { amount: .inf }", "body.amount: expected what JSON can say, found Infinity"],
  ["post: /a, body: [1, { x: .nan }]", "body[1].x: expected what JSON can say, found NaN"],
] as const)("a request that would not go out as written is refused: %s", ([request, told]) => {
  const text = withChange('get: "/checkout?items=3"', request);
  expect(messagesOf(text).join("\n")).toContain(told);
});

test("a rate that no machine sends is a slip of the pen", () => {
  expect(messagesOf(withChange("rate: 300/s", "rate: 1000000000/s")).join("\n")).toContain(
    'load.rate: expected at most "1000000/s", found "1000000000/s"',
  );
});

test.for([
  ["load.timeout=600h", 'load.timeout: expected at most "100h", found "600h"'],
  ["phases.peak.for=9999h", 'phases[2].for: expected at most "100h", found "9999h"'],
  ["samplers.every=1us", 'samplers.every: expected a duration from "10ms" to "10s", found "1us"'],
  ["samplers.every=10h", 'samplers.every: expected a duration from "10ms" to "10s", found "10h"'],
] as const)("a length that no timer holds, or that tells nothing, is refused: %s", ([set, told]) => {
  expect(messagesOf(goodScenario, { set: [set] }).join("\n")).toContain(told);
});

test("a request without a name is called by its method and path", () => {
  const text = withChange('{ name: checkout, get: "/checkout?items=3" }', "{ get: /Checkout/v2?items=3 }")
    .replace("request: checkout", "request: get-checkout-v2")
    .replace("{ name: pay, post: /pay, body: { amount: 3 }, weight: 2 }", "{ method: OPTIONS, path: / }");
  expect(loadOf(text)?.requests.map((it) => it.name)).toEqual(["get-checkout-v2", "options-root"]);
});

test("at most one worker per connection", () => {
  const text = withChange("rate: 300/s\n", "connections: 2\n  workers: 3\n").replace(
    "load: { rate: { from: 300/s, to: 600/s } }",
    "",
  );
  expect(messagesOf(text)).toContain("load.workers: expected at most one worker per connection, found 3 for 2");
});
