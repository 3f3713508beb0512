/** oha: closed loops and rates; with a rate it can count from when a request was due. */
import type { Quantile, Told } from "../bench.ts";
import { program } from "./find.ts";
import type { Ask, Peer } from "./peer.ts";

const args = ({ url, seconds }: Ask, ...more: string[]) => [
  ...["--no-tui", "--output-format", "json", "-z", `${seconds}s`],
  ...more,
  url,
];

function read(text: string): Told {
  const { statusCodeDistribution: statuses, errorDistribution: errors, latencyPercentiles } = JSON.parse(text);
  const at = (q: Quantile) => 1000 * latencyPercentiles[q];
  // What was still under way when the time was over is no failure.
  const failures = Object.entries({ ...statuses, ...errors } as Record<string, number>).filter(
    ([what]) => what !== "200" && what !== "aborted due to deadline",
  );
  return {
    requests: statuses["200"] ?? 0,
    failed: failures.reduce((sum, [, n]) => sum + n, 0),
    serviceMs: { p50: at("p50"), p90: at("p90"), p99: at("p99"), "p99.9": at("p99.9") },
  };
}

const common = {
  find: program("oha"),
  version: ["--version"],
  sources: [{ cargo: "oha", version: "1.16.0" }],
  closed: (ask: Ask) => ({ args: args(ask, "-c", `${ask.connections}`) }),
} as const;

const withRate = ({ rate, atOnce }: { readonly rate: number; readonly atOnce: number }) => [
  ...["-c", `${atOnce}`, "-q", `${rate}`],
];

export const oha: Peer = {
  ...common,
  name: "oha",
  open: (ask) => ({ args: args(ask, ...withRate(ask)) }),
  read,
};

/** The same with its correction for coordinated omission. */
export const ohaCorrected: Peer = {
  ...common,
  name: "oha, corrected",
  closed: null,
  open: (ask) => ({ args: args(ask, ...withRate(ask), "--latency-correction") }),
  read: (text) => {
    const { serviceMs, ...told } = read(text);
    return { ...told, serviceMs: {}, responseMs: serviceMs };
  },
};

/** One connection with as many streams. */
export const ohaHttp2: Peer = {
  ...common,
  name: "oha, HTTP/2",
  http2: true,
  closed: (ask) => ({ args: args(ask, "--http2", "-c", "1", "-p", `${ask.connections}`) }),
  open: (ask) => ({ args: args(ask, "--http2", "-c", "1", "-p", `${ask.atOnce}`, "-q", `${ask.rate}`) }),
  read,
};
