/** Scenario texts for tests: a good one to change, a folder with the files that it names, and what the loader says to a text. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../../runner/record/scenario.ts";
import { renderDiagnostics } from "../../runner/scenario/document/diagnostics.ts";
import { type LoadOptions, loadScenario } from "../../runner/scenario/load.ts";
import { scratch } from "./scratch.ts";

export const goodScenario = `apiVersion: shakedown/v1
name: shop
targets:
  db: { kind: process, command: [node, services/db.mjs], ready: { path: /healthz } }
  shop:
    kind: process
    command: [node, services/shop.mjs]
    env: { DB: "\${targets.db.address}", CACHE: "on" }
    instances: 3
    limits: { memory: 160MiB, cpu: 500m }
load:
  target: shop
  rate: 300/s
  requests:
    - { name: checkout, get: "/checkout?items=3" }
    - { name: pay, post: /pay, body: { amount: 3 }, weight: 2 }
phases:
  - { name: warmup, for: 2s, warmup: true }
  - { name: steady, for: 20s }
  - { name: peak, for: 10s, load: { rate: { from: 300/s, to: 600/s } } }
  - { name: kill, for: 10s, faults: [one-dies] }
  - { name: slow, for: 12s, faults: [slow-db] }
faults:
  one-dies: { kind: pod-kill, target: shop, count: 1 }
  slow-db: { kind: latency, target: db, delay: 200ms, jitter: 20ms, at: 2s, for: 5s }
arms:
  baseline: {}
  candidate: { targets: { shop: { env: { CACHE: "off" } } } }
gates:
  - { metric: latency.p99, request: checkout, phase: steady, margin: 10% }
  - { metric: recovery.time, fault: one-dies, max: 5s }
claims:
  - { metric: errors.ratio, max: 0.5%, source: "001-14" }
abort:
  - { metric: errors.ratio, max: 50%, for: 5s }
safety: { maxTargets: 50% }
`;

/** The good scenario with one part replaced, which must be there. */
export function withChange(from: string, to: string): string {
  if (!goodScenario.includes(from)) throw new Error(`the good scenario does not hold ${from}`);
  return goodScenario.replace(from, () => to);
}

interface Folder extends Disposable {
  readonly dir: string;
  /** Absolute path of a scenario file in it, which does not exist. */
  readonly file: string;
}

/** Holds `services/db.mjs` and `services/shop.mjs`. */
export function scenarioFolder(): Folder {
  const folder = scratch();
  mkdirSync(join(folder.dir, "services"));
  for (const name of ["db.mjs", "shop.mjs"]) writeFileSync(join(folder.dir, "services", name), "");
  return {
    ...folder,
    dir: folder.dir,
    file: join(folder.dir, "shop.yaml"),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

export type Options = Partial<LoadOptions> & { readonly folder?: Folder };

const load = (text: string, { folder, ...options }: Options, here: Folder) =>
  loadScenario((folder ?? here).file, {
    set: [],
    env: { PATH: process.env.PATH },
    node: "/opt/node",
    text,
    ...options,
  });

/** @throws Error with the diagnostics when it has problems */
export function scenarioOf(text: string, options: Options = {}): Scenario {
  using here = scenarioFolder();
  const result = load(text, options, here);
  if (!result.ok) throw new Error(renderDiagnostics(result.diagnostics, false));
  return result.scenario;
}

/** What a user reads; the folder is written as `~`. Empty for a good one. */
export function problemsOf(text: string, options: Options = {}): string {
  using here = scenarioFolder();
  const result = load(text, options, here);
  const said = result.ok ? "" : renderDiagnostics(result.diagnostics, false);
  return said.replaceAll((options.folder ?? here).dir, "~");
}

/** Only the lines that say what is wrong, each with its hint. */
export function messagesOf(text: string, options: Options = {}): string[] {
  using here = scenarioFolder();
  const result = load(text, options, here);
  if (result.ok) return [];
  return result.diagnostics.map(({ path, message, hint }) =>
    `${path === "" ? "" : `${path}: `}${message}${hint === null ? "" : ` | ${hint}`}`.replaceAll(
      (options.folder ?? here).dir,
      "~",
    ),
  );
}
