/** Evidence made of the scalars themselves, for tests of the verdict: one array of readings per metric and arm, one per block. */
import { build } from "hdr-histogram-js";
import type { Evidence, FaultEvidence, Scalar, TrialEvidence } from "../../reports/evidence/evidence.ts";
import type { Read } from "../../reports/verdict/prepare/samples.ts";
import type { RunStatus, TrialOutcome } from "../../runner/record/events.ts";
import type { Declaration } from "../../runner/record/load-lines.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { fakeScenario } from "./fake-scenario.ts";

/** A number is a value, a string the reason why there is none. */
export type Reading = number | string | Scalar;

export interface Sampled {
  readonly arms?: readonly string[];
  readonly readings: Readonly<Record<string, Readonly<Record<string, readonly Reading[]>>>>;
  /** Requests due in every trial and selection. */
  readonly due?: number;
  readonly gates?: readonly Condition[];
  readonly claims?: readonly Condition[];
  /** By arm, of each block; default ok. */
  readonly outcomes?: Readonly<Record<string, readonly TrialOutcome[]>>;
  /** Faults of every trial, changed by the given fields. */
  readonly faults?: readonly (Partial<FaultEvidence> & Pick<FaultEvidence, "name" | "phase">)[];
  /** What the generator of a trial could not give. */
  readonly lacks?: (trial: { readonly block: number; readonly arm: string }) => Declaration | null;
  readonly status?: RunStatus;
  /** Blocks that were planned, when more than there are. */
  readonly planned?: number;
}

export const worst = (atLeast: number | null = null): Scalar => ({
  kind: "worst",
  reason: "not seen to recover",
  atLeast,
});

export function sampledEvidence(given: Sampled): { readonly evidence: Evidence; readonly read: Read } {
  const arms = given.arms ?? ["baseline", "candidate"];
  const blocks = Math.max(
    0,
    ...Object.values(given.readings).flatMap((it) => Object.values(it).map((row) => row.length)),
  );
  const scenario = fakeScenario({
    arms,
    pairs: given.planned ?? blocks,
    gates: given.gates ?? [],
    claims: given.claims ?? [],
  });
  const trials = Array.from({ length: blocks * arms.length }, (_, i) =>
    trialOf(given, { index: i + 1, block: Math.floor(i / arms.length) + 1, arm: arms[i % arms.length] as string }),
  );
  const evidence: Evidence = {
    run: {
      schema: 1,
      id: "20261121T0912Z-k3f",
      scenario,
      source: "name: shop\n",
      zero: 0,
      startedAt: "2026-11-21T09:12:00.000Z",
      order: Array.from({ length: given.planned ?? blocks }, () => arms),
      versions: { shakedown: "0.1.0", node: "v24.21.0" },
      host: { platform: "linux", kernel: "6.18.0", cpus: 2, cpuModel: "Imaginary 2000", memory: 2 ** 34 },
      environment: {},
      command: ["shakedown", "run", "scenarios/shop.yaml"],
    },
    dir: "/results/run",
    status: given.status ?? "completed",
    statusReason: null,
    endedAt: blocks * 60_000,
    events: [],
    trials,
    damage: [],
  };
  const read: Read = (_, trial, { metric }) => {
    const reading = given.readings[metric]?.[trial.arm]?.[trial.block - 1] ?? `no ${metric} was measured`;
    if (typeof reading === "number") return { kind: "value", value: reading };
    return typeof reading === "string" ? { kind: "absent", reason: reading } : reading;
  };
  return { evidence, read };
}

const empty = build({ bitBucketSize: 32, autoResize: true });

function trialOf(given: Sampled, at: Pick<TrialEvidence, "index" | "block" | "arm">): TrialEvidence {
  const outcome = given.outcomes?.[at.arm]?.[at.block - 1] ?? "ok";
  const none = new Float64Array();
  return {
    ...at,
    outcome,
    reason: outcome === "ok" ? null : "never ready",
    loadStart: 0,
    phases: [
      { name: "warmup", warmup: true, faults: [], start: 0, end: 1000 },
      { name: "steady", warmup: false, faults: [], start: 1000, end: 7000 },
      { name: "kill", warmup: false, faults: ["one-dies"], start: 7000, end: 12_000 },
    ],
    faults: (given.faults ?? []).map((it) => ({ ...fault, ...it })),
    declaration: given.lacks?.(at) ?? null,
    measured: () => null,
    requests: () => ({
      latency: empty,
      service: empty,
      counts: { ok: 0, status: 0, connect: 0, reset: 0, timeout: 0, lost: 0, dropped: 0 } as never,
      due: given.due ?? 2000,
      cut: 0,
      durationMs: 6000,
    }),
    bins: { every: 100, due: none, bad: none, ok: none, slow: none },
    checks: [],
    seconds: () => [],
    singles: [],
    servedBy: () => null,
    self: [],
    lostWorkers: [],
    series: () => [],
    absent: () => null,
    events: [],
  };
}

const fault: FaultEvidence = {
  name: "one-dies",
  kind: "pod-kill",
  target: "shop",
  phase: "kill",
  skipped: null,
  requested: { start: 7500, end: 7500 },
  acknowledged: { start: 7510, end: null },
  observed: { start: 7600, end: 8200 },
  landed: true,
  proof: ["pid gone"],
  grade: "A",
  reverted: true,
  unreverted: null,
  exposed: 500,
  recoveryMs: 700,
  atLeastMs: null,
  censored: false,
  effectDelayMs: 90,
};
