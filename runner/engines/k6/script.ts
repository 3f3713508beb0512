/** What k6 runs: a script made of the scenario's own requests, somebody's script with our arrivals, or that script as it is. */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { LoadSpec, TlsSpec } from "../../record/scenario.ts";
import { authority } from "../../shared/address.ts";
import type { Job } from "../engine.ts";
import { scenariosOf } from "./arrivals.ts";
import { hostOf, urlOf } from "./transport.ts";

export interface Script {
  /** Source that k6 reads from its stdin; null: it reads the file. */
  readonly source: string | null;
  readonly file: string | null;
  /** Paths in it are relative to this folder; null: it has none. */
  readonly folder: string | null;
}

export function scriptFor(job: Job): Script {
  const { script, model } = job.load;
  if (script === undefined) return { source: requestsScript(job), file: null, folder: null };
  const folder = dirname(script.file);
  if (model.kind === "script") return { source: null, file: script.file, folder };
  return { source: wrapperOf(script.file, job), file: null, folder };
}

/** After its timeout a request has this long to be recorded before k6 cuts it off, ms. */
const graceMs = 1000;

const arrivalsOf = ({ phases, load }: Job) => scenariosOf(phases, load.maxInFlight, load.timeoutMs + graceMs);

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** One request per iteration, so that an arrival of k6 is a request that is due. */
function requestsScript(job: Job): string {
  const { load, address } = job;
  // As the native engine sends it: what the certificate is for is no address.
  const host = load.tls === undefined ? {} : { host: authority(address) };
  const namesHost = (headers: object) => Object.keys(headers).some((it) => it.toLowerCase() === "host");
  const requests = load.requests.map((it) => ({
    method: it.method,
    url: `${urlOf(address, load.tls)}${it.path}`,
    body: it.body,
    params: {
      headers: namesHost(it.headers) ? it.headers : { ...host, ...it.headers },
      tags: { name: it.name },
      timeout: `${load.timeoutMs}ms`,
      redirects: 0,
    },
  }));
  return `import http from "k6/http";
import { randomSeed, sleep } from "k6";

export const options = ${json({ discardResponseBodies: true, scenarios: arrivalsOf(job) })};

const requests = ${json(requests)};
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

/** Its options hold, but for what would be arrivals of its own. What is begun and never ends was cut off, which k6 itself does not tell. */
const wrapperOf = (file: string, job: Job): string => `import { Counter } from "k6/metrics";
import * as script from ${JSON.stringify(pathToFileURL(file).href)};

if (typeof script.default !== "function")
  throw new Error("the script exports no default function, which a rate or connections of the load would call");

const begun = new Counter("shakedown_begun");
const { vus, duration, iterations, stages, scenarios, ...own } = script.options || {};

export const options = { ...own, scenarios: ${json(arrivalsOf(job))} };

export function setup() {
  return script.setup ? script.setup() : undefined;
}

export function teardown(data) {
  return script.teardown ? script.teardown(data) : undefined;
}

export default function (data) {
  begun.add(1);
  return script.default(data);
}
`;

/** What a script finds in `__ENV`. */
export const scriptEnv = (address: Job["address"], tls: TlsSpec | undefined): Readonly<Record<string, string>> => ({
  SHAKEDOWN_URL: urlOf(address, tls),
  SHAKEDOWN_HOST: hostOf(address, tls),
  SHAKEDOWN_PORT: String(address.port),
});
