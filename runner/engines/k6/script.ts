/** The script that sends a scenario's own requests: one request per iteration, so that an arrival of k6 is a request that is due. */
import type { LoadSpec } from "../../record/scenario.ts";
import type { Job } from "../engine.ts";
import { scenariosOf } from "./arrivals.ts";

/** After its timeout a request has this long to be recorded before k6 cuts it off, ms. */
const graceMs = 1000;

export function generatedScript(job: Job): string {
  const { load, phases, address } = job;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const requests = load.requests.map((it) => ({
    method: it.method,
    url: `http://${host}:${address.port}${it.path}`,
    body: it.body,
    params: { headers: it.headers, tags: { name: it.name }, timeout: `${load.timeoutMs}ms`, redirects: 0 },
  }));
  const options = {
    // Counted by us when they are lines of the record; here they would only be thrown away.
    discardResponseBodies: true,
    scenarios: scenariosOf(phases, load.maxInFlight, load.timeoutMs + graceMs),
  };
  return `import http from "k6/http";
import { randomSeed, sleep } from "k6";

export const options = ${JSON.stringify(options, null, 2)};

const requests = ${JSON.stringify(requests, null, 2)};
const upTo = ${JSON.stringify(sumsOf(load))};

randomSeed(${job.seed % 1_000_000} + ${job.worker} + __VU);

function next() {
  const drawn = Math.random() * upTo[upTo.length - 1];
  return requests[Math.max(0, upTo.findIndex((it) => drawn < it))];
}

let failedInARow = 0;

export default function () {
  const it = next();
  const answer = http.request(it.method, it.url, it.body, it.params);
  ${load.model.kind === "closed" ? backOff : ""}
}
`;
}

/** As worker/back-off.ts: a refused port would make a busy loop. */
const backOff = `failedInARow = answer.status === 0 ? failedInARow + 1 : 0;
  if (failedInARow > 0) sleep(Math.min(0.25, 0.005 * 2 ** (failedInARow - 1)));`;

const sumsOf = (load: LoadSpec): number[] => {
  const sums: number[] = [];
  for (const { weight } of load.requests) sums.push((sums.at(-1) ?? 0) + weight);
  return sums;
};
