/** vegeta: a rate, with as many workers as that takes; latencies count from the send. */
import { join } from "node:path";
import { program } from "./find.ts";
import type { Ask, Peer, Run } from "./peer.ts";

const attack = ({ url, seconds, dir }: Ask, ...more: string[]): Run => {
  const [targets, results] = [join(dir, "targets"), join(dir, "results")];
  return {
    files: { targets: `GET ${url}\n` },
    args: ["attack", `-targets=${targets}`, `-output=${results}`, `-duration=${seconds}s`, ...more],
    report: ["report", "-type=json", results],
  };
};

const vegetaWith = (name: string, ...flags: readonly string[]): Peer => ({
  name,
  find: program("vegeta"),
  version: null,
  sources: [{ go: "github.com/tsenart/vegeta/v12@v12.13.0" }],
  closed: (ask) => attack(ask, "-rate=0", `-workers=${ask.connections}`, `-max-workers=${ask.connections}`, ...flags),
  open: (ask) => attack(ask, `-rate=${ask.rate}`, `-max-workers=${ask.atOnce}`, ...flags),
  read: (text) => {
    const { requests, latencies, status_codes: statuses } = JSON.parse(text);
    const ok = statuses["200"] ?? 0;
    const at = (q: string) => latencies[q] / 1e6;
    return { requests: ok, failed: requests - ok, serviceMs: { p50: at("50th"), p90: at("90th"), p99: at("99th") } };
  },
});

export const vegeta = vegetaWith("vegeta");
export const vegetaHttp2: Peer = { ...vegetaWith("vegeta, HTTP/2", "-h2c"), http2: true };
