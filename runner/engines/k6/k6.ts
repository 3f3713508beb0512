/** The k6 engine: any script, or the scenario's own requests, sent by k6, which is found on this machine. */
import { platform } from "node:os";
import type { LoadSpec } from "../../record/scenario.ts";
import { isFile } from "../../shared/files.ts";
import { childEntry } from "../../shared/package.ts";
import type { Engine } from "../engine.ts";
import { extras, http2Problems, loadProblems } from "../worker/load-problems.ts";
import { type Env, findK6 } from "./find.ts";
import { hasScenarios, inspectScript } from "./inspect.ts";
import { bucketWidth } from "./samples/native-histogram.ts";
import { isRenamed, transportProblems } from "./transport.ts";

/** What it can't do. */
const refusals: readonly { readonly when: (load: LoadSpec) => boolean; readonly says: string }[] = [
  {
    when: (load) => load.model.kind === "open" && load.model.spacing === "poisson",
    says: "k6 spaces its arrivals evenly; leave out spacing, or use engine: native",
  },
  {
    when: (load) => load.keepAlive.maxRequests !== null || load.keepAlive.maxAgeMs !== null,
    says: "k6 can't bound a connection's requests or age; use engine: native",
  },
];

export const k6: Engine = {
  name: "k6",
  models: ["open", "closed", "script"],
  entry: childEntry(import.meta.url, "./worker.main"),
  coarse: ({ exact }) =>
    exact === true ? null : { width: bucketWidth, hint: "add exact: true to the load, or allow more" },
  inheritsEnv: true,
  shortestPhaseMs: 1000,
  // Virtual users are made one by one, each with a JavaScript runtime of its own.
  patience: { readyMs: 90_000, doneMs: 30_000 },
  problems: (load, env) => [
    ...loadProblems(load),
    ...http2Problems(load),
    ...transportProblems(load, platform()),
    ...refusals.flatMap(({ when, says }) => (when(load) ? [says] : [])),
    ...extras(load).map((it) => `the script that is made for k6 has no ${it}; use engine: native, or a k6 script`),
    ...missing(load, env),
  ],
};

function missing({ script, model, tls }: LoadSpec, env: Env): string[] {
  const found = findK6(env);
  if (typeof found === "string") return [found];
  // That the file is missing is told elsewhere.
  if (script === undefined || !isFile(script.file)) return [];
  const inspected = inspectScript(found, script.file, env, tls);
  if (typeof inspected === "string") return [inspected];
  const { options } = inspected;
  return [
    ...(model.kind === "script" && !hasScenarios(options)
      ? ["the script says not how often it runs: give the load a rate or connections, or the script scenarios"]
      : []),
    ...(tls?.client !== undefined && (options.tlsAuth ?? []).length > 0
      ? ["the script shows certificates of its own (tlsAuth); leave out cert and key of tls, or its tlsAuth"]
      : []),
    ...(isRenamed(tls) && options.hosts != null && !((tls?.serverName ?? "").toLowerCase() in options.hosts)
      ? [`the script's own hosts would hide where ${tls?.serverName} is; leave them out`]
      : []),
  ];
}
