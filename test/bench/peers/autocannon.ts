/** autocannon by itself, without the guard that our engine puts around it. */
import { packageFile } from "../../../runner/shared/package.ts";
import type { Peer } from "./peer.ts";

export const autocannon: Peer = {
  name: "autocannon",
  find: (host) => [host.node, packageFile("node_modules", "autocannon", "autocannon.js")],
  version: ["--version"],
  // A dependency of this project.
  sources: [],
  closed: ({ url, connections, seconds }) => ({ args: ["-c", `${connections}`, "-d", `${seconds}`, "-j", "-n", url] }),
  open: null,
  read: (text) => {
    const { requests, latency, errors, non2xx } = JSON.parse(text);
    return {
      requests: requests.total - non2xx,
      failed: errors + non2xx,
      serviceMs: { p50: latency.p50, p90: latency.p90, p99: latency.p99, "p99.9": latency.p99_9 },
    };
  },
};
