/** A resolved scenario for tests: a shop with three instances before a database, three faults, one phase each. */
import type { Condition, Phase, Scenario } from "../../runner/record/scenario.ts";

/** A condition with everything else null. */
export const condition = (given: Partial<Condition> & Pick<Condition, "metric">): Condition => ({
  name: [given.metric, given.request, given.phase, given.fault].filter(Boolean).join(" "),
  label: null,
  request: null,
  phase: null,
  fault: null,
  target: null,
  arm: null,
  versus: given.margin ? "baseline" : null,
  margin: null,
  max: null,
  min: null,
  advisory: false,
  source: null,
  at: null,
  ...given,
});

export const relative = (value: number) => ({ kind: "relative", value }) as const;
export const absolute = (value: number) => ({ kind: "absolute", value }) as const;

const phase = (name: string, seconds: number, faults: readonly string[] = []): Phase => ({
  name,
  durationMs: seconds * 1000,
  warmup: name === "warmup",
  load: null,
  faults,
});

export const defaultGates: readonly Condition[] = [
  condition({ metric: "latency.p50", phase: "steady", margin: relative(0.1) }),
  condition({ metric: "latency.p99", phase: "steady", margin: relative(0.3) }),
  condition({ metric: "errors.ratio", phase: "steady", margin: absolute(0.005) }),
  condition({ metric: "recovery.time", fault: "one-dies", max: 4000 }),
  condition({ metric: "cpu.per-request", phase: "steady", margin: relative(0.1) }),
];

export interface FakeScenario {
  readonly name?: string;
  readonly description?: string;
  readonly arms?: readonly string[];
  readonly pairs?: number;
  readonly seed?: number;
  /** False: one warm-up and one steady phase only. */
  readonly faults?: boolean;
  readonly rate?: number;
  readonly gates?: readonly Condition[];
  readonly claims?: readonly Condition[];
}

export function fakeScenario(given: FakeScenario = {}): Scenario {
  const faults = given.faults ?? true;
  return {
    apiVersion: "shakedown/v1",
    name: given.name ?? "shop-survives",
    description:
      given.description ?? "Three instances at a steady rate; one dies, the database slows, memory runs short.",
    file: "/project/scenarios/shop.yaml",
    arms: (given.arms ?? ["baseline", "candidate"]).map((name) => ({
      name,
      hash: `hash-of-${name}`,
      setup: { load: "load-1", phases: "phases-1", faults: "faults-1", abort: "abort-1", hooks: "hooks-1" },
      targets: ["db", "shop"].map((target) => ({
        kind: "process",
        name: target,
        command: ["/usr/bin/node", `${target}.mjs`],
        cwd: "/project/scenarios",
        env: {},
        build: null,
        instances: target === "shop" ? 3 : 1,
        ready: { path: "/healthz", withinMs: 10_000 },
        restart: { delayMs: 500, maxInARow: 5 },
        limits: { memory: 160 * 2 ** 20, cpu: null },
        needs: target === "shop" ? ["db"] : [],
      })),
      load: {
        target: "shop",
        engine: "native",
        workers: 1,
        model: { kind: "open", rate: given.rate ?? 200, spacing: "poisson" },
        timeoutMs: 2000,
        maxInFlight: 1000,
        keepAlive: { maxRequests: null, maxAgeMs: null },
        requests: ["checkout", "browse"].map((request) => ({
          name: request,
          method: "GET",
          path: `/${request}`,
          headers: {},
          body: null,
          weight: 1,
        })),
      },
    })),
    phases: faults
      ? [
          phase("warmup", 1),
          phase("steady", 6),
          phase("kill", 5, ["one-dies"]),
          phase("slow", 6, ["slow-db"]),
          phase("squeeze", 6, ["hungry"]),
        ]
      : [phase("warmup", 1), phase("steady", 6)],
    faults: faults
      ? [
          fault("one-dies", "pod-kill", "one-shot", "shop", "kill", 500, null),
          fault("slow-db", "latency", "lasting", "db", "slow", 1000, 2000),
          fault("hungry", "memory-pressure", "one-shot", "shop", "squeeze", 500, 2500),
        ]
      : [],
    trials: { count: given.pairs ?? 5, seed: given.seed ?? 1 },
    gates: given.gates ?? (faults ? defaultGates : defaultGates.filter((it) => it.fault === null)),
    claims: given.claims ?? [],
    abort: [],
    safety: { maxTargets: 0.5, allow: { hosts: [] } },
    samplers: { everyMs: 100, off: [] },
    before: [],
    after: [],
  };
}

const fault = (
  name: string,
  kind: string,
  nature: "one-shot" | "lasting",
  target: string,
  phaseName: string,
  atMs: number,
  forMs: number | null,
): Scenario["faults"][number] => ({
  name,
  kind,
  nature,
  target,
  phase: phaseName,
  atMs,
  forMs,
  recovered: null,
  options: {},
});
