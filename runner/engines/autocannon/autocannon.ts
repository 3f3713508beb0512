/** The autocannon engine: closed model only, for a second opinion on the native one. */
import type { LoadSpec } from "../../record/scenario.ts";
import { childEntry } from "../../shared/package.ts";
import type { Engine } from "../engine.ts";
import { extras, loadProblems } from "../worker/load-problems.ts";

/** What it can't do, or not rightly. */
const refusals: readonly { readonly when: (load: LoadSpec) => boolean; readonly says: string }[] = [
  {
    when: (load) => load.model.kind === "open",
    says: "autocannon has no open model (its rates are bursts at the start of each second)",
  },
  {
    when: (load) => load.keepAlive.maxRequests !== null || load.keepAlive.maxAgeMs !== null,
    says: "autocannon can't bound a connection's requests or age",
  },
  {
    when: (load) => new Set(load.requests.map((it) => it.weight)).size > 1,
    says: "autocannon takes requests in turn: it has no weights",
  },
  {
    when: (load) => load.requests.some((it) => it.method === "HEAD"),
    says: "autocannon waits for a body after HEAD",
  },
  {
    when: (load) => load.tls !== undefined || load.http2 !== undefined,
    says: "autocannon is guarded over plain HTTP/1.1 only: neither TLS nor HTTP/2",
  },
];

export const autocannon: Engine = {
  name: "autocannon",
  models: ["closed"],
  entry: childEntry(import.meta.url, "./worker.main"),
  problems: (load) => [
    ...loadProblems(load),
    ...refusals.flatMap(({ when, says }) => (when(load) ? [`${says}; use engine: native`] : [])),
    ...extras(load).map((it) => `autocannon only repeats its requests: it has no ${it}; use engine: native`),
  ],
};
