/** What each peer prints is read rightly, and each says where it comes from. */
import { describe, expect, test } from "vitest";
import type { Told } from "../bench.ts";
import type { Peer } from "./peer.ts";
import { peers } from "./registry.ts";

const wrkOutput = `Running 1s test @ http://127.0.0.1:32847/lossy
  1 threads and 3 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    12.93ms   13.44ms  74.08ms   88.08%
    Req/Sec   306.00     98.11   414.00     60.00%
  Latency Distribution
     50%  814.00us
     75%   13.37ms
     90%   31.11ms
     99%    1.02s
  325 requests in 1.08s, 37.45KB read
  Socket errors: connect 0, read 6, write 0, timeout 1
  Non-2xx or 3xx responses: 5
Requests/sec:    302.18
Transfer/sec:     34.82KB
`;

const wrk2Output = `Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread calibration: mean lat.: 9747 usec, rate sampling interval: 21 msec
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.46ms    1.93ms  12.34ms   67.66%
    Req/Sec     1.05k     1.12k    2.50k    64.84%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    6.67ms
 75.000%    7.78ms
 90.000%    9.14ms
 99.000%   11.18ms
 99.900%   12.30ms
 99.990%   12.45ms
 99.999%   12.50ms
100.000%   12.50ms
----------------------------------------------------------
  60018 requests in 30.00s, 19.81MB read
Requests/sec:   2000.15
Transfer/sec:    676.14KB
`;

const heyOutput = `
Summary:
  Total:	1.0064 secs
  Requests/sec:	349.7694

Latency distribution:
  10% in 0.0039 secs
  25% in 0.0053 secs
  50% in 0.0073 secs
  75% in 0.0102 secs
  90% in 0.0130 secs
  95% in 0.0151 secs
  99% in 0.0202 secs

Status code distribution:
  [200]	352 responses
  [503]	3 responses

Error distribution:
  [2]	Get "http://127.0.0.1:1/": EOF
  [1]	Get "http://127.0.0.1:1/": dial tcp [::1]:1: connect: connection refused
`;

const percentiles = { p50: 0.0073, p90: 0.013, p99: 0.0202, "p99.9": 0.03 };
const ohaOutput = JSON.stringify({
  summary: { successRate: 0.99, total: 1.0 },
  latencyPercentiles: { p10: 0.0039, ...percentiles },
  statusCodeDistribution: { "200": 352, "503": 3 },
  errorDistribution: { "connection closed before message completed": 2, "aborted due to deadline": 6 },
});

const vegetaOutput = JSON.stringify({
  latencies: { total: 1, mean: 1, "50th": 7_300_000, "90th": 13e6, "95th": 15e6, "99th": 20_200_000, max: 3e7, min: 1 },
  requests: 357,
  success: 0.98,
  status_codes: { "0": 2, "200": 352, "503": 3 },
  errors: ["EOF"],
});

const k6Output = `\n${JSON.stringify({
  http_reqs: { type: "counter", values: { count: 357, rate: 350 } },
  http_req_failed: { type: "rate", values: { rate: 0.014, passes: 5, fails: 352 } },
  http_req_duration: { type: "trend", values: { "p(50)": 7.3, "p(90)": 13, "p(99)": 20.2, "p(99.9)": 30 } },
})}`;

const autocannonOutput = JSON.stringify({
  requests: { total: 355 },
  latency: { p50: 7, p90: 13, p99: 20, p99_9: 30 },
  errors: 2,
  non2xx: 3,
});

const service = { p50: 7.3, p90: 13, p99: 20.2 };
const cases: Readonly<Record<string, readonly [string, Told]>> = {
  wrk: [wrkOutput, { requests: 320, failed: 12, serviceMs: { p50: 0.814, p90: 31.11, p99: 1020 } }],
  wrk2: [
    wrk2Output,
    {
      requests: 60_018,
      failed: 0,
      serviceMs: {},
      responseMs: { p50: 6.67, p90: 9.14, p99: 11.18, "p99.9": 12.3 },
    },
  ],
  autocannon: [autocannonOutput, { requests: 352, failed: 5, serviceMs: { p50: 7, p90: 13, p99: 20, "p99.9": 30 } }],
  oha: [ohaOutput, { requests: 352, failed: 5, serviceMs: { ...service, "p99.9": 30 } }],
  "oha, corrected": [ohaOutput, { requests: 352, failed: 5, serviceMs: {}, responseMs: { ...service, "p99.9": 30 } }],
  "oha, HTTP/2": [ohaOutput, { requests: 352, failed: 5, serviceMs: { ...service, "p99.9": 30 } }],
  hey: [heyOutput, { requests: 352, failed: 6, serviceMs: service }],
  vegeta: [vegetaOutput, { requests: 352, failed: 5, serviceMs: service }],
  "vegeta, HTTP/2": [vegetaOutput, { requests: 352, failed: 5, serviceMs: service }],
  k6: [k6Output, { requests: 352, failed: 5, serviceMs: { ...service, "p99.9": 30 } }],
  "k6, CSV": [k6Output, { requests: 352, failed: 5, serviceMs: { ...service, "p99.9": 30 } }],
};

describe.each(peers.map((it): [string, Peer] => [it.name, it]))("%s", (name, peer) => {
  const [output, expected] = cases[name] ?? ["", null];
  const nearly = (its: object) =>
    Object.fromEntries(Object.entries(its).map(([q, value]) => [q, expect.closeTo(value, 6)]));

  test("tells what was answered, what failed, and how long it took", () => {
    expect(expected, "an output of it, recorded").not.toBeNull();
    const { responseMs, ...told } = expected as Told;
    expect(peer.read(output)).toEqual({
      ...told,
      serviceMs: nearly(told.serviceMs),
      ...(responseMs === undefined ? {} : { responseMs: nearly(responseMs) }),
    });
  });

  test("comes from a registry or says why it does not, and makes load one way or the other", () => {
    const isHere = peer.name === "autocannon";
    expect(peer.sources.length > 0 || peer.unavailable !== undefined || isHere).toBe(true);
    expect(peer.closed !== null || peer.open !== null).toBe(true);
  });

  test("is told where to send, for how long, and how much", () => {
    const ask = { url: "http://127.0.0.1:8080/x", connections: 7, seconds: 9, dir: "/tmp/run" };
    const all = [peer.closed?.(ask), peer.open?.({ ...ask, rate: 1200, atOnce: 40 })].filter((it) => it !== undefined);
    for (const { args, env, files } of all) {
      const said = JSON.stringify([args, env, files]);
      expect(said).toContain(ask.url);
      expect(said).toMatch(/9s|\b9\b/);
    }
    const open = peer.open?.({ ...ask, rate: 1200, atOnce: 40 });
    if (open) expect(JSON.stringify([open.args, open.env])).toMatch(/1200|\b30\b/);
  });
});
