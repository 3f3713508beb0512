/** What a run gives to targets, recording everything they tell it; disposing ends the targets in reverse order. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessTargetSpec, TargetSpec } from "../../runner/record/scenario.ts";
import type { Clock, Host } from "../../runner/shared/host.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import type { CgroupSupport } from "../../runner/substrate/cgroup/cgroup.ts";
import type { Target } from "../../runner/substrate/target.ts";
import type { EventBody, Spoken, TargetContext } from "../../runner/targets/context.ts";
import { createTarget } from "../../runner/targets/create.ts";
import type { Lease } from "../../runner/undo/lease.ts";
import { cgroupSupport } from "./needs.ts";
import { unique } from "./unique.ts";

export const noCgroups: CgroupSupport = {
  version: null,
  memory: false,
  cpu: false,
  parents: [],
  reason: "this test has none",
};

export interface TargetRun extends AsyncDisposable {
  readonly events: readonly EventBody[];
  readonly warnings: readonly string[];
  readonly leases: ReadonlySet<Lease>;
  /** `start shop-0`, `ready shop-0`, … as samplers hear it. */
  readonly changes: readonly string[];
  readonly rawDir: string;
  /** The target, not yet started. */
  readonly create: (spec: TargetSpec) => Target;
  readonly up: (spec: TargetSpec) => Promise<Target>;
}

export function targetRun(
  options: {
    readonly cgroups?: CgroupSupport;
    readonly instanceEnv?: Record<string, string>;
    readonly host?: Host;
    readonly spoken?: Spoken;
  } = {},
): TargetRun {
  const rawDir = mkdtempSync(join(tmpdir(), "shakedown-targets-"));
  const events: EventBody[] = [];
  const warnings: string[] = [];
  const changes: string[] = [];
  const leases = new Set<Lease>();
  const targets: Target[] = [];
  const run = unique("target");
  const context: TargetContext = {
    run,
    trial: 1,
    rawDir,
    journal: (event) => events.push(event),
    spoken: options.spoken ?? null,
    addressOf: (name) => {
      const found = targets.find((it) => it.name === name);
      if (found === undefined) throw new Error(`target ${name} is not up`);
      return found.address;
    },
    lease: (lease) => {
      leases.add(lease);
      return { release: () => void leases.delete(lease) };
    },
    instanceEnv: () => ({ SHAKEDOWN_RUN: run, ...options.instanceEnv }),
    onInstance: (change, instance) => changes.push(`${change} ${instance.id}`),
    redact: (text) => text.replaceAll("s3cret", "[redacted]"),
    onBroken: (reason) => warnings.push(reason),
    warn: (text) => warnings.push(text),
  };
  const create = (spec: TargetSpec) => {
    const target = createTarget(spec, context, options.host ?? realHost(), options.cgroups ?? cgroupSupport);
    targets.push(target);
    return target;
  };
  return {
    events,
    warnings,
    leases,
    changes,
    rawDir,
    create,
    up: async (spec) => {
      const target = create(spec);
      await target.ready(new AbortController().signal);
      return target;
    },
    [Symbol.asyncDispose]: async () => {
      for (const target of targets.toReversed()) await target.dispose();
      rmSync(rawDir, { recursive: true, force: true });
    },
  };
}

/** Waits a minute where a second is given to an instance, which gets no turn for as long as that on a busy machine: to end, to answer a probe. */
export function patientHost(): Host {
  const host = realHost();
  const sleep: Clock["sleep"] = (ms, signal) => host.clock.sleep(ms === 1000 ? 60_000 : ms, signal);
  return { ...host, clock: { ...host.clock, sleep } };
}

/** What a scenario writes for the address of another target. */
export const addressOf = (target: string): string => `\${targets.${target}.address}`;

/** A process target of one instance that runs `code` in Node; ready as soon as it accepts connections. */
export const nodeTarget = (code: string, more: Partial<ProcessTargetSpec> = {}): ProcessTargetSpec => ({
  kind: "process",
  name: "shop",
  command: [process.execPath, "-e", code],
  cwd: tmpdir(),
  env: {},
  build: null,
  instances: 1,
  ready: { path: null, withinMs: 15_000 },
  restart: { delayMs: 20, maxInARow: 3 },
  limits: { memory: null, cpu: null },
  needs: [],
  ...more,
});

/** One of the services in scenarios/targets/node. */
export const sampleTarget = (service: "shop" | "db", more: Partial<ProcessTargetSpec> = {}): ProcessTargetSpec =>
  nodeTarget("", {
    name: service,
    command: [process.execPath, packageFile("scenarios", "targets", "node", `${service}.mjs`)],
    ready: { path: "/healthz", withinMs: 15_000 },
    ...more,
  });

/** Answers every request with JSON of what `expression` gives (`env`, `request` and `memory` in sight). */
export const answering = (expression: string): string =>
  `const { env } = process; const memory = [];
   require("http").createServer((request, response) => response.end(JSON.stringify(${expression}))).listen(env.PORT, "127.0.0.1");`;

/** JSON over a connection of its own, so that every instance gets its turn. */
export async function getJson<T = unknown>(address: { host: string; port: number }, path = "/"): Promise<T> {
  const response = await fetch(`http://${address.host}:${address.port}${path}`, { headers: { connection: "close" } });
  return (await response.json()) as T;
}
