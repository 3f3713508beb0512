/** A script as k6 understands it, without running it: its options, or why it can't be loaded. */
import { spawnSync } from "node:child_process";
import type { TlsSpec } from "../../record/scenario.ts";
import type { Env, K6 } from "./find.ts";
import { scriptEnv } from "./script.ts";

export interface ScriptOptions {
  readonly scenarios?: object | null;
  readonly vus?: number | null;
  readonly duration?: string | null;
  readonly iterations?: number | null;
  readonly stages?: readonly unknown[] | null;
  readonly tlsAuth?: readonly unknown[] | null;
  /** Addresses by name. */
  readonly hosts?: Readonly<Record<string, string>> | null;
  /** Expressions by metric, which may be narrowed by tags: `http_req_duration{name:buy}`. */
  readonly thresholds?: Readonly<Record<string, readonly (string | { readonly threshold: string })[]>> | null;
}

const withinMs = 30_000;

/** A target that is not up yet: scripts put addresses together while they are loaded. */
const nobody = { host: "127.0.0.1", port: 9 };

/** @returns the options, or a message */
export function inspectScript(k6: K6, file: string, env: Env, tls: TlsSpec | undefined): ScriptOptions | string {
  const settings = Object.entries(scriptEnv(nobody, tls)).map(([name, value]) => `--env=${name}=${value}`);
  const { stdout, stderr, error } = spawnSync(k6.path, ["inspect", "--log-format=raw", ...settings, file], {
    encoding: "utf8",
    timeout: withinMs,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("K6_"))),
  });
  try {
    return JSON.parse(stdout) as ScriptOptions;
  } catch {
    const said = (error?.message ?? stderr).trim().split("\n")[0] ?? "";
    return `k6 can't load ${file}: ${said.replace(/^.*?(?=Line \d+:\d+)/, "").slice(0, 500)}`;
  }
}

/** It says itself what load it makes. */
export const hasScenarios = ({ scenarios, vus, duration, iterations, stages }: ScriptOptions): boolean =>
  [scenarios, vus, duration, iterations, stages].some((it) => it !== null && it !== undefined);
