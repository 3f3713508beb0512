/** Flows against a server that knows who is who: what one step was given is what the next one brings, and every step is counted once. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { decodeHistogram } from "../../runner/engines/histogram.ts";
import { renderHttp1 } from "../../runner/engines/native/http1/render.ts";
import { prepareVisits } from "../../runner/engines/native/visits.ts";
import { type Cookies, takeCookies, withCookies } from "../../runner/engines/requests/cookies.ts";
import { fitsHeader } from "../../runner/engines/requests/escape.ts";
import { thinkMs } from "../../runner/engines/requests/think.ts";
import { Code, createRecorder } from "../../runner/engines/worker/recorder.ts";
import type { FlowLine, LatencyLine } from "../../runner/record/load-lines.ts";
import type { FlowSpec, LoadSpec, RequestSpec } from "../../runner/record/scenario.ts";
import { seeded } from "../../runner/shared/random.ts";
import { eventually } from "../support/eventually.ts";
import { aLoad, allOf, aRequest, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { http2Server, httpServer } from "../support/tcp-server.ts";

const thinksMs = 60;

const steps: readonly RequestSpec[] = [
  aRequest({
    name: "login",
    method: "POST",
    path: "/login",
    weight: 0,
    check: [{ name: "status", kind: "status", codes: ["200"] }],
    extract: [
      { name: "token", kind: "json", path: "/data/token" },
      { name: "user", kind: "header", header: "x-user" },
      { name: "cart", kind: "regex", pattern: '"cart":"([a-z0-9-]+)"' },
    ],
  }),
  aRequest({
    name: "browse",
    path: "/carts/${vars.cart}",
    headers: { authorization: "Bearer ${vars.token}" },
    weight: 0,
  }),
  aRequest({
    name: "pay",
    method: "POST",
    path: "/pay",
    headers: { authorization: "Bearer ${vars.token}", "content-type": "application/json" },
    body: '{"user":"${vars.user}","cart":"${vars.cart}"}',
    check: [{ name: "json /user", kind: "json", path: "/user", is: "${vars.user}" }],
    weight: 0,
  }),
];
const think = { think: { kind: "uniform", fromMs: thinksMs, toMs: thinksMs } } as const;
const buy: FlowSpec = {
  name: "buy",
  weight: 1,
  steps: [{ request: "login" }, think, { request: "browse" }, think, { request: "pay" }],
};

const bodyOf = async (request: IncomingMessage | Http2ServerRequest) => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
};

/** Each user is known by a token, a cookie and a cart, which must come together and in order. `broken` says which login fails how. */
async function shop(
  options: { broken?: (login: number) => "token" | "pay" | null; delayMs?: number; http2?: boolean } = {},
) {
  const seen = { login: 0, browse: 0, pay: 0, paid: 0, wrong: [] as string[], other: 0 };
  const thoughtMs: number[] = [];
  const users = new Map<string, { id: number; at: "login" | "browse"; answeredMs: number }>();
  let inFlight = 0;
  let most = 0;
  const listener = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => {
    const arrivedMs = performance.now();
    most = Math.max(most, ++inFlight);
    const body = await bodyOf(request);
    await new Promise((resolve) => setTimeout(resolve, options.delayMs ?? 5));
    const answer = (status: number, headers: Record<string, string>, said: unknown) => {
      inFlight--;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.statusCode = status;
      response.end(JSON.stringify(said));
    };
    const wrong = (why: string) => {
      seen.wrong.push(why);
      answer(400, {}, { why });
    };
    const path = request.url ?? "";
    if (path === "/login") {
      const id = seen.login++;
      if (options.broken?.(id) === "token") return answer(200, {}, { data: {} });
      const token = `t-${id}-"\\`;
      users.set(token, { id, at: "login", answeredMs: performance.now() });
      const headers = { "x-user": `u-${id}`, "set-cookie": `sid=s-${id}; Path=/; HttpOnly` };
      return answer(200, headers, { data: { token }, cart: `c-${id}` });
    }
    if (path !== "/pay" && !path.startsWith("/carts/")) {
      seen.other++;
      return answer(200, {}, {});
    }
    const user = users.get((request.headers.authorization ?? "").slice("Bearer ".length));
    if (user === undefined) return wrong(`an unknown token at ${path}`);
    if (request.headers.cookie !== `sid=s-${user.id}`) return wrong(`cookie ${request.headers.cookie} of ${user.id}`);
    thoughtMs.push(arrivedMs - user.answeredMs);
    if (path === "/pay") {
      seen.pay++;
      const { user: name, cart } = JSON.parse(body);
      if (user.at !== "browse" || name !== `u-${user.id}` || cart !== `c-${user.id}`) return wrong(`pay of ${user.id}`);
      if (options.broken?.(user.id) === "pay") return answer(503, {}, {});
      seen.paid++;
      return answer(200, {}, { user: name });
    }
    seen.browse++;
    if (user.at !== "login" || path !== `/carts/c-${user.id}`) return wrong(`browse ${path} of ${user.id}`);
    user.at = "browse";
    user.answeredMs = performance.now();
    answer(200, {}, {});
  };
  const server = await (options.http2 === true ? http2Server(listener) : httpServer(listener));
  return { server, seen, thoughtMs, most: () => most };
}

const flowLines = (lines: readonly LatencyLine[]): FlowLine[] => lines.filter((it) => it.type === "flow");
const flowCounts = (lines: readonly LatencyLine[]) => {
  const counts: Record<string, number> = {};
  for (const it of flowLines(lines)) counts[it.outcome] = (counts[it.outcome] ?? 0) + it.count;
  return counts;
};
const countOf = (lines: readonly LatencyLine[], request: string, outcome?: string) =>
  histogramLines(lines)
    .filter((it) => it.request === request && (outcome === undefined || it.outcome === outcome))
    .reduce((n, it) => n + it.count, 0);

const flowLoad = (changes: Partial<LoadSpec> = {}): LoadSpec =>
  aLoad({ model: { kind: "open", rate: 60, spacing: "even" }, requests: steps, flows: [buy], ...changes });

const phasesOf = (load: LoadSpec) => [onePhase(load, 1500, "one"), onePhase(load, 1500, "two")];

/** Visits with a clock of the test: what they send, and when it was due. */
function visitsOf(load: LoadSpec) {
  const sent: { request: number; due: number }[] = [];
  let now = 100;
  const phases = [onePhase(load, 60_000)];
  const around = {
    recorder: createRecorder(phases, ["login", "browse", "pay"], Math.random),
    ...{ now: () => now, hasRoom: () => true, stays: () => true },
    ...{ ended: () => undefined, left: () => undefined },
    send: (_: number, request: number, due: number) => void sent.push({ request, due }),
  };
  const job = { load, phases, address: { host: "127.0.0.1", port: 1 }, worker: 0, workers: 1, seed: 1 };
  const content = prepareVisits(job, (it) => renderHttp1(it, job.address))(around);
  return {
    content,
    sent,
    advance: (ms: number) => {
      now = ms;
    },
  };
}

describe.each([
  ["the open model", { kind: "open", rate: 45, spacing: "poisson" }, {}],
  ["the closed model", { kind: "closed", connections: 12 }, {}],
  ["the open model over HTTP/2", { kind: "open", rate: 45, spacing: "poisson" }, { http2: { connections: 3 } }],
] as const)("in %s", (_, model, spoken) => {
  test.concurrent.each([1, 3])(
    "%i worker(s) carry every user through, and count every step and flow exactly",
    async (workers) => {
      const { server, seen, thoughtMs, most } = await shop({
        broken: (login) => (login % 7 === 3 ? "token" : login % 7 === 5 ? "pay" : null),
        http2: "http2" in spoken,
      });
      await using __ = server;
      // A plain request beside it shares the arrivals.
      const load = flowLoad({
        ...spoken,
        model,
        workers,
        requests: [aRequest({ name: "home", weight: 0.5 }), ...steps],
      });
      const { lines, totals, lost } = await runLoad({ port: server.port, load, phases: phasesOf(load) });
      expect(lost).toEqual([]);
      expect(seen.wrong).toEqual([]);
      expect(Math.min(...thoughtMs)).toBeGreaterThanOrEqual(thinksMs);
      expect(seen.paid).toBeGreaterThan(5);

      const all = seen.login + seen.browse + seen.pay + seen.other;
      const { due, slow: _slow, ...counts } = countsOf(lines);
      expect(totals).toMatchObject({ due: all, sent: all, dropped: 0, ...counts });
      expect(due).toBe(all);
      expect(["login", "browse", "pay", "home"].map((it) => countOf(lines, it))).toEqual([
        seen.login,
        seen.browse,
        seen.pay,
        seen.other,
      ]);

      const { ok = 0, check = 0, "5xx": broken = 0, cut = 0, ...others } = flowCounts(lines);
      expect(others).toEqual({});
      expect(ok).toBe(seen.paid);
      expect(check).toBe(countOf(lines, "login", "check"));
      expect(broken).toBe(seen.pay - seen.paid);
      // Who has begun has come to the end, has failed, or was cut off: nobody is lost.
      expect(ok + check + broken + cut).toBe(seen.login);
      const failed = lines.filter((it) => it.type === "check");
      expect(new Set(failed.map((it) => `${it.request}: ${it.check}`))).toEqual(new Set(["login: extract token"]));
      expect(failed.reduce((n, it) => n + it.count, 0)).toBe(check);
      if (model.kind === "closed") expect(most()).toBeLessThanOrEqual(12);
    },
  );
});

test.concurrent("a flow takes what its steps take, think time left out", async () => {
  const { server, seen } = await shop({ delayMs: 20 });
  await using _ = server;
  const load = flowLoad();
  // Long enough after the last arrival for every flow to end.
  const rest = { name: "rest", durationMs: 3000, load: { kind: "open", from: 0.001, to: 0.001 } } as const;
  const { lines } = await runLoad({ port: server.port, load, phases: [onePhase(load, 500), rest] });
  expect(seen).toMatchObject({ login: 30, paid: 30 });
  expect(flowCounts(lines)).toEqual({ ok: 30 });
  expect(new Set(flowLines(lines).map((it) => it.phase))).toEqual(new Set(["steady"]));
  for (const which of ["response", "service"] as const) {
    const flows = flowLines(lines).map((it) => decodeHistogram(it[which] ?? ""));
    const sumMs = flows.reduce((sum, it) => sum + it.mean * it.totalCount, 0) / 1000;
    const requests = allOf(lines, which);
    expect(requests.totalCount).toBe(90);
    // Buckets are a thousandth wide.
    expect(sumMs / ((requests.mean * 90) / 1000)).toBeCloseTo(1, 2);
    expect(Math.min(...flows.map((it) => it.minNonZeroValue)) / 1000).toBeGreaterThanOrEqual(3 * 19);
  }
});

test.concurrent("a later step is due when its user is ready for it, however late the worker is; in the closed model, when it is sent", async () => {
  const dueOfSecond = async (model: LoadSpec["model"]) => {
    const { content, sent, advance } = visitsOf(flowLoad({ model }));
    content.begin(0, 100, 0);
    content.recorder.finished(0, 0, Code.ok, 100, 101, 150, 1);
    content.over(Code.ok, 0);
    expect(sent).toEqual([{ request: 0, due: 100 }]);
    // The worker stands still until long after the think time.
    advance(5000);
    await eventually(() => expect(sent).toHaveLength(2));
    return sent[1];
  };
  expect(await dueOfSecond({ kind: "open", rate: 1, spacing: "even" })).toEqual({ request: 1, due: 150 + thinksMs });
  expect(await dueOfSecond({ kind: "closed", connections: 1 })).toEqual({ request: 1, due: 5000 });
});

test("who still thinks when the load is over is cut off, and comes back for nothing", async () => {
  const { content, sent, advance } = visitsOf(flowLoad());
  content.begin(0, 100, 0);
  content.recorder.finished(0, 0, Code.ok, 100, 101, 150, 1);
  content.over(Code.ok, 0);
  content.close();
  expect([...content.flush()]).toEqual([expect.objectContaining({ type: "flow", outcome: "cut", count: 1 })]);
  advance(5000);
  await new Promise((resolve) => setTimeout(resolve, 2 * thinksMs));
  expect(sent).toHaveLength(1);
});

test.concurrent("over the in-flight limit a step is dropped like any request, and its flow ends there", async () => {
  const { server, seen } = await shop({ delayMs: 150 });
  await using _ = server;
  const load = flowLoad({ maxInFlight: 6, workers: 3 });
  const { lines, totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 1500)] });
  const sent = seen.login + seen.browse + seen.pay;
  expect(totals.dropped).toBeGreaterThan(10);
  expect(totals).toMatchObject({ due: sent + totals.dropped, sent, ok: sent });
  const { ok = 0, dropped = 0, cut = 0 } = flowCounts(lines);
  expect(dropped).toBe(totals.dropped);
  expect(ok).toBe(seen.paid);
  expect(ok + dropped + cut).toBe(seen.login + countOf(lines, "login", "dropped"));
  // All arrivals of the schedule are there, as logins that were sent or dropped.
  expect(countOf(lines, "login")).toBe(90);
});

test.concurrent("a variable that would break a header ends the flow at the step that gave it", async () => {
  await using server = await httpServer((_, response) => response.end(JSON.stringify({ token: "a\r\nx-evil: 1" })));
  const requests = [
    aRequest({ name: "login", weight: 0, extract: [{ name: "token", kind: "json", path: "/token" }] }),
    aRequest({ name: "use", path: "/use", headers: { "x-token": "${vars.token}" }, weight: 0 }),
  ];
  const flows = [{ name: "f", weight: 1, steps: [{ request: "login" }, { request: "use" }] }];
  const load = flowLoad({ requests, flows });
  const { lines, totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 500)] });
  expect(totals).toMatchObject({ due: 30, check: 30 });
  expect(countOf(lines, "use")).toBe(0);
});

test.concurrent("in the closed model a connection thinks after each request", async () => {
  const gapsMs: number[] = [];
  let answeredMs: number | null = null;
  await using server = await httpServer((_, response) => {
    if (answeredMs !== null) gapsMs.push(performance.now() - answeredMs);
    // Before the answer, not after it: a client thinks from when it has it, and may have it before this line would be reached.
    answeredMs = performance.now();
    response.end();
  });
  const between = { kind: "uniform", fromMs: 40, toMs: 80 } as const;
  const load = aLoad({ model: { kind: "closed", connections: 1 }, think: between });
  const { totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 3000)] });
  expect(gapsMs.length).toBe(totals.ok - 1);
  expect(gapsMs.length).toBeGreaterThan(3);
  expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(40);
});

test("think times are what their kind says", () => {
  const random = seeded(3, "think");
  const many = (think: Parameters<typeof thinkMs>[0]) => Array.from({ length: 20_000 }, () => thinkMs(think, random));
  const uniform = many({ kind: "uniform", fromMs: 100, toMs: 300 });
  expect([Math.min(...uniform) >= 100, Math.max(...uniform) <= 300]).toEqual([true, true]);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  expect(mean(uniform)).toBeCloseTo(200, -1);
  const exponential = many({ kind: "exponential", meanMs: 100 });
  expect(mean(exponential) / 100).toBeCloseTo(1, 1);
  expect(exponential.filter((it) => it > 100).length / 20_000).toBeCloseTo(Math.exp(-1), 1);
});

describe("cookies", () => {
  test("are kept by name until they are taken back, after those that a request has by itself", () => {
    const cookies: Cookies = new Map();
    takeCookies(cookies, ["a=1; Path=/; Secure", "b=x=y", "nonsense", "=3", " c = 4 ; Max-Age=60"]);
    expect(withCookies({}, cookies)).toEqual({ cookie: "a=1; b=x=y; c=4" });
    takeCookies(cookies, ["a=2", "b=; Max-Age=0", "c=; max-age=-1"]);
    expect(withCookies({ Cookie: "own=1", x: "y" }, cookies)).toEqual({ Cookie: "own=1; a=2", x: "y" });
    expect(withCookies({ x: "y" }, new Map())).toEqual({ x: "y" });
  });
  property.prop([fc.array(fc.string({ unit: "binary" }))])(
    "of any kind make a header that can be sent, or none",
    (lines) => {
      const cookies: Cookies = new Map();
      takeCookies(cookies, [...lines, ...lines.map((it) => `${it}=${it}`)]);
      expect(fitsHeader(withCookies({}, cookies).cookie ?? "")).toBe(true);
    },
  );
});
