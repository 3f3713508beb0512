/** Other load generators: how each is run, and how its answer is read. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFile } from "../../runner/shared/package.ts";
import { sh } from "../support/sh.ts";
import type { Bench, Quantile, Result, Tool } from "./bench.ts";
import { onPath } from "./machine.ts";
import { runTimed } from "./timed.ts";

/** What one of them printed, without its CPU time. */
type Told = Omit<Result, "cpuSeconds">;

const told = async (
  bench: Bench,
  argv: readonly string[],
  read: (stdout: string) => Told,
  env = {},
): Promise<Result> => {
  const { stdout, cpuSeconds } = await runTimed(bench, argv, env);
  return { ...read(stdout), cpuSeconds };
};

const asked = sh({ nothrow: true, timeout: "10s" });

const firstLine = async (...argv: string[]): Promise<string> => {
  const { stdall } = await asked`${argv}`;
  return (stdall.trim().split("\n")[0] ?? "").replace(/ (\[|Copyright).*/, "");
};

const wrk: Tool = {
  name: "wrk",
  version: async () => (onPath("wrk") === null ? null : firstLine("wrk", "-v")),
  closed: (bench, url, connections, seconds) =>
    told(bench, ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", url], (text) => ({
      requests: Number(/(\d+) requests in/.exec(text)?.[1]),
      serviceMs: {
        p50: wrkTime(text, "50%"),
        p90: wrkTime(text, "90%"),
        p99: wrkTime(text, "99%"),
      },
    })),
  open: null,
};

function wrkTime(text: string, label: string): number {
  const [, value, unit] = new RegExp(`^\\s+${label}\\s+([\\d.]+)(us|ms|s|m)`, "m").exec(text) ?? [];
  const inMs: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
  return Number(value) * (inMs[unit ?? ""] ?? Number.NaN);
}

const autocannon: Tool = {
  name: "autocannon",
  version: (bench) => firstLine(...autocannonArgv(bench), "--version"),
  closed: (bench, url, connections, seconds) =>
    told(bench, [...autocannonArgv(bench), "-c", `${connections}`, "-d", `${seconds}`, "-j", "-n", url], (text) => {
      const { requests, latency } = JSON.parse(text);
      return {
        requests: requests.total,
        serviceMs: { p50: latency.p50, p90: latency.p90, p99: latency.p99, "p99.9": latency.p99_9 },
      };
    }),
  open: null,
};

const autocannonArgv = (bench: Bench): [string, string] => [
  bench.host.node,
  packageFile("node_modules", "autocannon", "autocannon.js"),
];

const hey: Tool = {
  name: "hey",
  version: async () => (onPath("hey") === null ? null : "hey"),
  closed: (bench, url, connections, seconds) =>
    told(bench, ["hey", "-z", `${seconds}s`, "-c", `${connections}`, url], readHey),
  // Its rate is per connection.
  open: (bench, url, rate, seconds) =>
    told(bench, ["hey", "-z", `${seconds}s`, "-c", "50", "-q", `${rate / 50}`, url], readHey),
};

const readHey = (text: string): Told => {
  const at = (label: string) => 1000 * Number(new RegExp(`${label}%+ in ([\\d.]+) secs`).exec(text)?.[1]);
  return {
    requests: Number(/\[200\]\s+(\d+) responses/.exec(text)?.[1]),
    serviceMs: { p50: at("50"), p90: at("90"), p99: at("99") },
  };
};

const oha: Tool = {
  name: "oha",
  version: async () => (onPath("oha") === null ? null : firstLine("oha", "--version")),
  closed: async (bench, url, connections, seconds) => runOha(bench, ["-z", `${seconds}s`, "-c", `${connections}`, url]),
  open: async (bench, url, rate, seconds) => runOha(bench, ["-z", `${seconds}s`, "-c", "50", "-q", `${rate}`, url]),
};

async function runOha(bench: Bench, rest: readonly string[]): Promise<Result> {
  const help = await asked`oha --help`.text();
  const json = help.includes("--output-format") ? ["--output-format", "json"] : ["--json"];
  return told(bench, ["oha", "--no-tui", ...json, ...rest], (text) => {
    const { statusCodeDistribution, latencyPercentiles } = JSON.parse(text);
    const at = (q: Quantile) => 1000 * latencyPercentiles[q];
    return {
      requests: statusCodeDistribution["200"],
      serviceMs: { p50: at("p50"), p90: at("p90"), p99: at("p99"), "p99.9": at("p99.9") },
    };
  });
}

const k6: Tool = {
  name: "k6",
  version: async (bench) => {
    const path = k6Path(bench);
    return path === null ? null : firstLine(path, "version");
  },
  closed: (bench, url, connections, seconds) => runK6(bench, url, { vus: connections, duration: `${seconds}s` }),
  open: (bench, url, rate, seconds) =>
    runK6(bench, url, {
      scenarios: {
        steady: {
          executor: "constant-arrival-rate",
          rate,
          timeUnit: "1s",
          duration: `${seconds}s`,
          preAllocatedVUs: 100,
          maxVUs: 300,
        },
      },
    }),
};

const k6Path = (bench: Bench): string | null => bench.host.env.K6_BIN ?? onPath("k6");

const k6Script = `import http from "k6/http";
export const options = { ...JSON.parse(__ENV.OPTIONS), discardResponseBodies: true,
  summaryTrendStats: ["p(50)", "p(90)", "p(99)", "p(99.9)"] };
export default function () { http.get(__ENV.URL); }
export function handleSummary(data) { return { stdout: JSON.stringify(data.metrics) }; }
`;

async function runK6(bench: Bench, url: string, options: object): Promise<Result> {
  const script = join(mkdtempSync(join(tmpdir(), "shakedown-bench-")), "load.js");
  writeFileSync(script, k6Script);
  const argv = [k6Path(bench) ?? "k6", "run", "--quiet", "--no-color", "--no-usage-report", script];
  return told(
    bench,
    argv,
    (text) => {
      const metrics = JSON.parse(text.slice(text.indexOf("{")));
      const at = (q: number) => metrics.http_req_duration.values[`p(${q})`];
      return {
        requests: metrics.http_reqs.values.count,
        serviceMs: { p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9) },
      };
    },
    { URL: url, OPTIONS: JSON.stringify(options), K6_AUTO_EXTENSION_RESOLUTION: "false" },
  );
}

/** wrk and autocannon must be there; the others where they are installed. */
export const peers: readonly Tool[] = [wrk, autocannon, oha, hey, k6];
