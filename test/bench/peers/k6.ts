/** k6 by itself, with its summary; and writing every request as CSV. */
import { join } from "node:path";
import { k6Path } from "../../../runner/engines/k6/find.ts";
import type { Host } from "../../../runner/shared/host.ts";
import type { Ask, Peer, Run } from "./peer.ts";

const script = `import http from "k6/http";
export const options = { ...JSON.parse(__ENV.OPTIONS), discardResponseBodies: true,
  summaryTrendStats: ["p(50)", "p(90)", "p(99)", "p(99.9)"] };
export default function () { http.get(__ENV.URL, { timeout: "5s" }); }
export function handleSummary(data) { return { stdout: JSON.stringify(data.metrics) }; }
`;

const run = ({ url, dir }: Ask, options: object, more: readonly string[]): Run => ({
  files: { "load.js": script },
  args: ["run", "--quiet", "--no-color", "--no-usage-report", ...more, join(dir, "load.js")],
  env: { URL: url, OPTIONS: JSON.stringify(options), K6_AUTO_EXTENSION_RESOLUTION: "false" },
});

const k6With = (name: string, more: (dir: string) => readonly string[]): Peer => ({
  name,
  find: ({ env }: Host) => {
    const path = k6Path(env);
    return path === null ? null : [path];
  },
  version: ["version"],
  sources: [{ make: "k6" }],
  closed: (ask) => run(ask, { vus: ask.connections, duration: `${ask.seconds}s` }, more(ask.dir)),
  open: (ask) => {
    const { rate, atOnce, seconds } = ask;
    const vus = { preAllocatedVUs: atOnce, maxVUs: atOnce };
    const steady = { executor: "constant-arrival-rate", rate, timeUnit: "1s", duration: `${seconds}s`, ...vus };
    return run(ask, { scenarios: { steady } }, more(ask.dir));
  },
  read: (text) => {
    const { http_req_duration: took, http_reqs: all, http_req_failed: bad } = JSON.parse(text.slice(text.indexOf("{")));
    const at = (q: number) => took.values[`p(${q})`];
    const failed = bad.values.passes;
    return {
      requests: all.values.count - failed,
      failed,
      serviceMs: { p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9) },
    };
  },
});

export const k6 = k6With("k6", () => []);
export const k6Csv = k6With("k6, CSV", (dir) => ["--out", `csv=${join(dir, "requests.csv")}`]);
