/** wrk and wrk2: the same program, but for a rate and latencies that count from when a request was due. */
import type { Told } from "../bench.ts";
import { program } from "./find.ts";
import type { Ask, Peer } from "./peer.ts";

const args = ({ url, connections, seconds }: Ask, ...more: string[]) => [
  ...["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "5s", "--latency"],
  ...more,
  url,
];

const inMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** Lines such as `     99%    1.23ms` (wrk) and ` 99.000%    1.23ms` (wrk2). */
function timeAt(text: string, percent: string): number {
  const [, value, unit] = new RegExp(`^\\s+${percent}(?:\\.?0+)?%\\s+([\\d.]+)(us|ms|s|m)`, "m").exec(text) ?? [];
  return Number(value) * (inMs[unit ?? ""] ?? Number.NaN);
}

function counts(text: string): Pick<Told, "requests" | "failed"> {
  const all = Number(/(\d+) requests in/.exec(text)?.[1]);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  return { requests: all - bad, failed: socket.reduce((sum, it) => sum + Number(it), bad) };
}

export const wrk: Peer = {
  name: "wrk",
  find: program("wrk"),
  version: ["-v"],
  sources: [{ debian: "wrk" }],
  closed: (ask) => ({ args: args(ask) }),
  open: null,
  read: (text) => ({
    ...counts(text),
    serviceMs: { p50: timeAt(text, "50"), p90: timeAt(text, "90"), p99: timeAt(text, "99") },
  }),
};

export const wrk2: Peer = {
  name: "wrk2",
  find: program("wrk2"),
  version: ["-v"],
  sources: [],
  unavailable: "no package registry offers it; build it from its sources and put it on the PATH as wrk2",
  closed: null,
  open: (ask) => ({ args: args({ ...ask, connections: ask.atOnce }, `-R${ask.rate}`) }),
  read: (text) => {
    const at = (percent: string) => timeAt(text, percent);
    const told = { p50: at("50"), p90: at("90"), p99: at("99"), "p99.9": timeAt(text, "99\\.9") };
    return { ...counts(text), serviceMs: {}, responseMs: told };
  },
};
