/** A k6 that has loaded its script, made its virtual users and waits for the word. */
import type { ScriptSpec, TlsSpec } from "../../record/scenario.ts";
import type { Host } from "../../shared/host.ts";
import { freePort } from "../../shared/ports.ts";
import type { Job } from "../engine.ts";
import { outOfResources } from "../worker/own-limits.ts";
import { type K6Api, k6Api } from "./api.ts";
import { type K6Child, startK6 } from "./child.ts";
import { failureOf } from "./exits.ts";
import type { Env, K6 } from "./find.ts";
import { changedFile, inspectScript, type ScriptOptions } from "./inspect.ts";
import type { Heard } from "./samples/heard.ts";
import { scriptEnv, scriptFor } from "./script.ts";
import { configOf } from "./transport.ts";

interface Paused {
  readonly child: K6Child;
  readonly api: K6Api;
  /** The script's own; none where it is made of the scenario's requests. */
  readonly options: ScriptOptions;
  /** Virtual users that it made. */
  readonly users: number;
  /** What setup() returned, where this worker runs it for all. */
  readonly share: unknown;
  /** With what k6 said of it. */
  readonly failed: (failure: string) => Error;
  /** Rejects when k6 ends first. */
  readonly unlessEnded: <T>(it: Promise<T>) => Promise<T>;
  /** Rejects when k6 has no descriptors, ports or memory left. */
  readonly exhausted: Promise<never>;
}

/** @throws Error when it can't load the script, or ends before it waits */
export async function startPaused(
  job: Job,
  k6: K6,
  { output, spoken }: Pick<Heard, "output" | "spoken">,
  host: Host,
  atExit: (act: () => void) => void,
): Promise<Paused> {
  const { load, worker, workers, address } = job;
  // k6 can't choose one by itself and tell it.
  const apiPort = await freePort();
  const script = scriptFor(job);
  const options = load.script === undefined ? {} : optionsOf(load.script, k6, host.env, load.tls);
  const exhausted = Promise.withResolvers<never>();
  exhausted.promise.catch(() => undefined);
  const child = startK6(host, {
    ...{ k6, script, apiPort, worker, workers, output, load },
    scriptEnv: scriptEnv(address, load.tls),
    config: configOf(address, load.tls),
    heard: { trouble: spoken.trouble, exhausted: (text) => exhausted.reject(outOfResources(text)) },
  });
  atExit(child.kill);
  const api = k6Api(apiPort, host.clock);
  const failed = (failure: string) => new Error([failure, child.log.errors()].filter(Boolean).join(": "));
  const early = child.ended.then((end) => {
    throw failed(failureOf(end) ?? "k6 ended before the load");
  });
  early.catch(() => undefined);
  const unlessEnded = <T>(it: Promise<T>): Promise<T> => Promise.race([it, early]);
  const users = await unlessEnded(api.loaded());
  const share = script.folder !== null && worker === 0 ? await unlessEnded(api.setup()) : undefined;
  return { child, api, options, users, share, failed, unlessEnded, exhausted: exhausted.promise };
}

/** @throws Error when it can't be loaded, or is not what it was */
function optionsOf(script: ScriptSpec, k6: K6, env: Env, tls: TlsSpec | undefined): ScriptOptions {
  const inspected = inspectScript(k6, script.file, env, tls);
  if (typeof inspected === "string") throw new Error(inspected);
  const changed = changedFile(script, inspected);
  if (changed !== null) throw new Error(`${changed} changed since the scenario was read`);
  return inspected.options;
}
