/**
 * A script as k6 understands it, without running it: its options and the files that it needs, or why it can't be loaded. `k6 archive`
 * tells both; of an archive that is there already the files are in it.
 */
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { closeSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScriptSpec, TlsSpec } from "../../record/scenario.ts";
import type { Env, K6 } from "./find.ts";
import { scriptEnv } from "./script.ts";
import { filesInTar } from "./tar.ts";
import { namelessFile } from "./transport.ts";

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

interface Inspected {
  readonly options: ScriptOptions;
  readonly needs: NonNullable<ScriptSpec["needs"]>;
}

const withinMs = 30_000;

/** A target that is not up yet: scripts put addresses together while they are loaded. */
const nobody = { host: "127.0.0.1", port: 9 };

/** @returns what it is, or a message */
export function inspectScript(k6: K6, file: string, env: Env, tls: TlsSpec | undefined): Inspected | string {
  const settings = Object.entries(scriptEnv(nobody, tls)).map(([name, value]) => `--env=${name}=${value}`);
  const config = namelessFile("{}");
  const { stdout, stderr, error } = spawnSync(
    k6.path,
    [
      ...["archive", "--archive-out=-", "--log-format=raw", "--no-thresholds", "--config=/dev/fd/3"],
      // Scripts find the environment when they are run. It may hold secrets, and stays out of what is written.
      ...["--include-system-env-vars", "--exclude-env-vars"],
      ...settings,
      file,
    ],
    {
      timeout: withinMs,
      maxBuffer: Number.POSITIVE_INFINITY,
      stdio: ["ignore", "pipe", "pipe", config],
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("K6_"))),
    },
  );
  closeSync(config);
  try {
    return read(stdout, file);
  } catch {
    const [first = "", second = ""] = (error?.message ?? stderr.toString()).trim().split("\n");
    const said = first.endsWith(":") ? `${first} ${second.trim()}` : first;
    return `k6 can't load ${file}: ${said.replace(/^.*?(?=Line \d+:\d+)/, "").slice(0, 500)}`;
  }
}

function read(tar: Buffer, file: string): Inspected {
  const files = [...filesInTar(tar)];
  const metadata = JSON.parse(String(files.find((it) => it.name === "metadata.json")?.content));
  const { options, filename } = metadata as { readonly options: ScriptOptions; readonly filename: string };
  if (file.endsWith(".tar")) return { options, needs: [] };
  // As k6 tells it: it hides whose home it is in, here as in the names of the files.
  const folder = fileURLToPath(new URL(".", filename));
  const needs = files.flatMap(({ name, content }) => {
    const [, scheme, path = ""] = /^(file|https)\/(.*)$/.exec(name) ?? [];
    if (scheme === undefined) return [];
    const named = scheme === "file" ? relative(folder, `/${path}`) : `https://${path}`;
    return [{ file: named, sha256: hash("sha256", content) }];
  });
  return { options, needs: needs.sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

/** The first of its files that is not what it was when the scenario was read; null when all are. */
export function changedFile(script: ScriptSpec, { needs }: Inspected): string | null {
  if (hash("sha256", readFileSync(script.file)) !== script.sha256) return script.file;
  const hashes = (of: Inspected["needs"]) => new Map(of.map((it) => [it.file, it.sha256]));
  const [before, now] = [hashes(script.needs ?? []), hashes(needs)];
  return [...new Set([...before.keys(), ...now.keys()])].find((it) => before.get(it) !== now.get(it)) ?? null;
}

/** It says itself what load it makes. */
export const hasScenarios = ({ scenarios, vus, duration, iterations, stages }: ScriptOptions): boolean =>
  [scenarios, vus, duration, iterations, stages].some((it) => it !== null && it !== undefined);
