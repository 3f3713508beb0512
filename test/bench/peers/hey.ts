/** hey: closed loops, each with a rate of its own where one is asked. */
import { program } from "./find.ts";
import type { Peer } from "./peer.ts";

/** Each loop waits a whole period of its own rate before its first request: with more of them a short run is all waiting. */
const mostLoops = 50;

export const hey: Peer = {
  name: "hey",
  find: program("hey"),
  version: null,
  sources: [{ go: "github.com/rakyll/hey@v0.1.5" }, { debian: "hey" }],
  closed: ({ url, connections, seconds }) => ({ args: ["-z", `${seconds}s`, "-c", `${connections}`, url] }),
  open: ({ url, rate, atOnce, seconds }) => {
    const loops = Math.min(atOnce, mostLoops);
    return { args: ["-z", `${seconds}s`, "-c", `${loops}`, "-q", `${rate / loops}`, url] };
  },
  read: (text) => {
    const at = (label: string) => 1000 * Number(new RegExp(`${label}%+ in ([\\d.]+) secs`).exec(text)?.[1]);
    const statuses = [...text.matchAll(/\[(\d+)\]\s+(\d+) responses/g)].map(
      ([, code, n]) => [code, Number(n)] as const,
    );
    const errors = [...(text.split("Error distribution:")[1] ?? "").matchAll(/\[(\d+)\]/g)].map((it) => Number(it[1]));
    const sum = (its: readonly number[]) => its.reduce((a, b) => a + b, 0);
    return {
      requests: sum(statuses.flatMap(([code, n]) => (code === "200" ? [n] : []))),
      failed: sum(statuses.flatMap(([code, n]) => (code === "200" ? [] : [n]))) + sum(errors),
      serviceMs: { p50: at("50"), p90: at("90"), p99: at("99") },
    };
  },
};
