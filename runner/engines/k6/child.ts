/** The k6 process of a worker: its command line, its own environment, what it says, and how it ends. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import type { LoadSpec } from "../../record/scenario.ts";
import type { Host } from "../../shared/host.ts";
import { readLines } from "../../shared/lines.ts";
import type { K6Exit } from "./exits.ts";
import type { Env, K6 } from "./find.ts";
import { createLog, type K6Log } from "./log.ts";
import type { Output } from "./samples/output.ts";
import type { Script } from "./script.ts";
import { namelessFile, transportEnv } from "./transport.ts";

/**
 * Tags that samples carry; every set of their values is a series of its own, so that addresses and error texts are none of them.
 * `group` and `check` too: rates over them could not be added up.
 */
const systemTags = ["scenario", "name", "method", "status", "error_code", "expected_response"];

export interface K6Child {
  readonly pid: number;
  readonly log: K6Log;
  readonly ended: Promise<K6Exit>;
  readonly kill: () => void;
}

interface K6Start {
  readonly k6: K6;
  readonly script: Script;
  /** What the script finds in `__ENV`. */
  readonly scriptEnv: Readonly<Record<string, string>>;
  readonly apiPort: number;
  readonly worker: number;
  readonly workers: number;
  readonly output: Output;
  readonly load: LoadSpec;
  /** Options that a script may change. */
  readonly config: object;
  readonly heard: Parameters<typeof createLog>[0];
}

export function startK6(host: Host, start: K6Start): K6Child {
  const { script, output } = start;
  const config = namelessFile(JSON.stringify(start.config));
  const child = host.spawn([start.k6.path, ...argsOf(start)], {
    cwd: script.folder ?? host.cwd,
    env: envOf(host.env, start),
    stdio: ["pipe", output.stdout === null ? "ignore" : "pipe", "pipe", config],
  });
  closeSync(config);
  const log = createLog(start.heard);
  if (child.stderr) readLines(child.stderr, log.hear);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(script.source ?? "");
  if (output.stdout !== null) child.stdout?.on("data", output.stdout);
  return { pid: child.pid ?? 0, log, ended: endOf(child), kill: () => void child.kill("SIGKILL") };
}

async function endOf(child: ChildProcess): Promise<K6Exit> {
  // Not "exit": its last words may still be in the pipe.
  const [code, signal] = await once(child, "close");
  return { code, signal };
}

function argsOf({ k6, script, scriptEnv, apiPort, worker, workers, output, load }: K6Start): string[] {
  const tags = load.http2 === undefined ? systemTags : [...systemTags, "proto"];
  return [
    "run",
    // Else k6 would read what somebody has in their home.
    "--config=/dev/fd/3",
    ...(load.tls?.insecure ? ["--insecure-skip-tls-verify"] : []),
    ...["--paused", `--address=127.0.0.1:${apiPort}`],
    ...["--quiet", "--no-color", "--log-format=json", "--no-usage-report"],
    // Either keeps every value in memory (grafana/k6#763).
    ...["--no-thresholds", k6.major >= 2 ? "--summary-mode=disabled" : "--no-summary"],
    `--system-tags=${tags.join(",")}`,
    ...(workers > 1 ? segment(worker, workers) : []),
    // The first worker has run it before the load, for all; and runs teardown() for all.
    ...(script.folder === null ? [] : ["--no-setup", ...(worker > 0 ? ["--no-teardown"] : [])]),
    ...Object.entries(scriptEnv).map(([name, value]) => `--env=${name}=${value}`),
    `--out=${output.name}`,
    script.file ?? "-",
  ];
}

/** k6 splits arrivals and virtual users over instances without loss when all know the same sequence. */
function segment(worker: number, workers: number): string[] {
  const at = (i: number) => (i === 0 ? "0" : i === workers ? "1" : `${i}/${workers}`);
  const all = Array.from({ length: workers + 1 }, (_, i) => at(i));
  return [`--execution-segment=${at(worker)}:${at(worker + 1)}`, `--execution-segment-sequence=${all.join(",")}`];
}

/** Options that somebody left in the environment would change the load. */
const envOf = (env: Env, { output, load }: K6Start): Env => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("K6_"))),
  K6_AUTO_EXTENSION_RESOLUTION: "false",
  ...transportEnv(env, load),
  ...output.env,
});
