/** The stream of pushes is believed only while it does not contradict itself; thresholds and exit codes in words. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { failureOf, remarkOf } from "../../runner/engines/k6/exits.ts";
import { createStream, independently } from "../../runner/engines/k6/samples/by-remote-write.ts";
import type { Intake } from "../../runner/engines/k6/samples/intake.ts";
import { single } from "../../runner/engines/k6/samples/measured.ts";
import type { NativeHistogram } from "../../runner/engines/k6/samples/native-histogram.ts";
import { outcomeOf } from "../../runner/engines/k6/samples/outcome.ts";
import type { Total } from "../../runner/engines/k6/samples/output.ts";
import type { Series } from "../../runner/engines/k6/samples/remote-write.ts";
import { judgeThresholds } from "../../runner/engines/k6/samples/thresholds.ts";

const tags = [
  ["scenario", "steady"],
  ["name", "buy"],
  ["status", "200"],
] as const;
const series = (name: string, more: Partial<Series>): Series => ({
  labels: new Map([["__name__", `k6_${name}`], ...tags]),
  samples: [],
  histograms: [],
  ...more,
});
const histogram = (count: number): NativeHistogram & { readonly t: number } => ({
  ...{ count, sum: count, schema: 3, zero: 0, t: 0 },
  positive: new Map([[0, count]]),
  negative: new Map(),
});
const push = (count: number, { duration = count, blocked = count } = {}): Series[] => [
  series("http_reqs_total", { samples: [{ value: count, t: 0, isStale: false }] }),
  series("http_req_duration_seconds", { histograms: [histogram(duration)] }),
  series("http_req_blocked_seconds", { histograms: [histogram(blocked)] }),
];

function heard() {
  let requests = 0;
  let over = 0;
  const intake: Intake = {
    request: () => requests++,
    iterations: (what, _, count) => {
      if (what === "over") over += count;
    },
    measured: () => undefined,
    knowsPhaseOf: () => true,
    overIn: () => 0,
    counted: () => ({ over: 0, begun: 0, dropped: 0 }),
    remarks: () => [],
  };
  return { stream: createStream(intake), requests: () => requests, over: () => over };
}

test("pushes are cumulative: each tells what is new since the one before, and the last one is marked", () => {
  const { stream, requests } = heard();
  stream.push(push(3), 250);
  stream.push(push(3), 500);
  stream.push(push(7), 750);
  expect(requests()).toBe(7);
  expect([stream.toldUntil(), stream.isWhole()]).toEqual([750, false]);
  const last = push(8).map((it) => ({ ...it, samples: [{ value: Number.NaN, t: 0, isStale: true }] }));
  stream.push(last, 800);
  expect([requests(), stream.isWhole()]).toEqual([8, true]);
});

test("iterations that end with the load are counted, though its last word has no counters", () => {
  const { stream, over } = heard();
  const told = (count: number, isStale: boolean): Series[] => [
    series("iterations_total", { samples: [{ value: isStale ? Number.NaN : count, t: 0, isStale }] }),
    series("iteration_duration_seconds", {
      samples: isStale ? [{ value: Number.NaN, t: 0, isStale }] : [],
      histograms: [histogram(count)],
    }),
  ];
  stream.push(told(5, false), 250);
  stream.push(told(7, true), 300);
  expect([over(), stream.isWhole()]).toEqual([7, true]);
});

test("a push that contradicts itself or the ones before is refused", () => {
  const refused = (...pushes: Series[][]) => {
    const { stream } = heard();
    const [last = [], ...before] = pushes.reverse();
    for (const it of before.reverse()) stream.push(it, 250);
    return expect(() => stream.push(last, 500));
  };
  refused(push(5, { duration: 4, blocked: 4 })).toThrow(/k6 counted 5 requests, and its histogram holds 4/);
  refused(push(5, { blocked: 4 })).toThrow(/5 durations and 4 waits/);
  refused(push(5).slice(0, 2)).toThrow(/only a part/);
  refused(push(5), push(4)).toThrow(/became smaller/);
});

const list = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 40 });

test.prop([list, list])("pairing loses and invents nothing", (a, b) => {
  const length = Math.min(a.length, b.length);
  const sorted = (it: readonly number[]) => Float64Array.from(it.slice(0, length)).sort();
  const pairs = independently(sorted(a), sorted(b));
  expect(Float64Array.from(pairs, (it) => it.answer).sort()).toEqual(sorted(a));
  expect(Float64Array.from(pairs, (it) => it.wait).sort()).toEqual(sorted(b));
});

test("long waits are not put to long answers", () => {
  const ascending = Float64Array.from({ length: 1000 }, (_, i) => i);
  const pairs = independently(ascending, ascending);
  const slowest = pairs.filter((it) => it.answer >= 900).map((it) => it.wait);
  const mean = slowest.reduce((sum, it) => sum + it, 0) / slowest.length;
  expect(mean).toBeGreaterThan(450);
  expect(mean).toBeLessThan(550);
});

test("outcomes by status and error code", () => {
  const cases: readonly [string, string, string][] = [
    ["200", "", "ok"],
    ["302", "", "ok"],
    ["404", "1404", "4xx"],
    ["503", "1503", "5xx"],
    ["0", "1050", "timeout"],
    ["0", "1212", "connect"],
    ["0", "1101", "connect"],
    ["0", "1220", "reset"],
    ["0", "1000", "lost"],
    ["200", "1701", "protocol"],
    ["0", "", "lost"],
  ];
  for (const [status, code, outcome] of cases) expect(outcomeOf(status, code), `${status} ${code}`).toBe(outcome);
});

test("every exit code says what it means; crossed thresholds and test.fail() are remarks", () => {
  for (const code of [97, 98, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 255])
    expect(failureOf({ code, signal: null })).toMatch(new RegExp(`k6 ended with exit code ${code}: (?!a code that)`));
  expect(failureOf({ code: 103, signal: null }, true)).toBeNull();
  expect(failureOf({ code: null, signal: "SIGKILL" })).toBe("k6 was killed by SIGKILL");
  expect(failureOf({ code: 42, signal: null })).toMatch(/a code that it does not document/);
  for (const code of [99, 110]) {
    expect(failureOf({ code, signal: null })).toBeNull();
    expect(remarkOf({ code, signal: null })).not.toBeNull();
  }
});

const total = (metric: string, values: readonly number[], more: Record<string, string> = {}): Total => {
  const parts = values.map((it) => single(it).values);
  const positive: Record<string, number> = {};
  for (const part of parts)
    for (const [index, count] of Object.entries(part?.positive ?? {})) positive[index] = (positive[index] ?? 0) + count;
  const zero = values.filter((it) => it === 0).length;
  const buckets = { schema: 8, count: values.length, zero, positive, negative: {} };
  return {
    metric,
    tags: new Map(Object.entries(more)),
    sum: values.reduce((a, b) => a + b, 0),
    last: values.at(-1) ?? 0,
    values: buckets,
  };
};

test("thresholds are met, crossed, or have nothing to judge, and say their value", () => {
  const totals: Total[] = [
    total("http_req_duration", [100, 200, 300], { name: "buy" }),
    total("http_req_duration", [900], { name: "home" }),
    total("cart_seconds", [0.5]),
    total("checks", [1, 1, 1, 0]),
    { metric: "items_total", tags: new Map(), sum: 30, last: 30, values: null },
  ];
  const said = (selector: string, expression: string) =>
    judgeThresholds({ [selector]: [expression] }, totals, 10)
      .map((it) => `${it.expression} ${it.met === null ? it.found : `was ${it.met ? "met" : "crossed"} (${it.found})`}`)
      .join();
  expect(said("http_req_duration", "avg<400")).toMatch(/was met \(375\)/);
  expect(said("http_req_duration{name:buy}", "avg<=150")).toMatch(/was crossed \(200\)/);
  expect(said("http_req_duration", "p(99)<500")).toMatch(/was crossed \(9\d\d/);
  expect(said("cart", "max<400")).toMatch(/was crossed \(50\d/);
  expect(said("checks", "rate>0.9")).toMatch(/was crossed \(0.75\)/);
  expect(said("items", "rate>2")).toMatch(/was met \(3\)/);
  expect(said("items", "count<30")).toMatch(/was crossed \(30\)/);
  expect(said("nothing", "p(95)<3")).toMatch(/has nothing to judge/);
  expect(said("checks{check:is ok}", "rate>0.9")).toMatch(/can't be judged by the tag check, which is not told here/);
  expect(said("items", "often<3")).toMatch(/is not understood/);
});
