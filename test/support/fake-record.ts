/** A complete, plausible record on disk, made without running anything: the same options give the same bytes. */
import { basename } from "node:path";
import type { TrialOutcome } from "../../runner/record/events.ts";
import type { RunFile } from "../../runner/record/run-file.ts";
import type { Scenario } from "../../runner/record/scenario.ts";
import { createRecord, type RecordWriter } from "../../runner/record/writer.ts";
import { seeded, shuffled } from "../../runner/shared/random.ts";
import { type FakeScenario, fakeScenario } from "./fake-scenario.ts";
import { type ArmTruth, fakeTrial, gauss } from "./fake-trial.ts";
import { virtualHost } from "./virtual-host.ts";

export interface FakeRecord extends FakeScenario {
  /** Of every arm but baseline and reference: factors, 1 is no change; `errors` is added to the share of failures. */
  readonly effect?: Partial<ArmTruth>;
  /** Standard deviation of the log of each trial's factors. */
  readonly noise?: number;
  /** Trials that end otherwise than `ok`, by index from 1. */
  readonly outcomes?: Readonly<Record<number, { readonly outcome: TrialOutcome; readonly reason: string }>>;
  /** The run is cut off (no run.end) after this many trials. */
  readonly cutAfter?: number;
  /** Faults by name that do not land, in every trial. */
  readonly notLanded?: readonly string[];
  readonly id?: string;
  /** UTC, ISO 8601. */
  readonly startedAt?: string;
  /** Facts that differ from what is usual here. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Factor of everything that this session measured in either arm: the machine's drift. */
  readonly drift?: number;
  /** Changes to the scenario at the very end. */
  readonly scenario?: (scenario: Scenario) => Scenario;
}

/** Writes it below `root`, a results folder. Returns the run's folder. */
export function fakeRecord(root: string, given: FakeRecord = {}): string {
  const made = fakeScenario(given);
  const scenario = given.scenario?.(made) ?? made;
  const { count: pairs, seed } = scenario.trials;
  const names = scenario.arms.map((it) => it.name);
  const random = seeded(seed, "fake order");
  const order = Array.from({ length: pairs }, () => shuffled(names, random));
  const time = { now: 1_000_000 };
  const host = virtualHost(time);
  const run: RunFile = {
    schema: 1,
    id: given.id ?? "20261121T0912Z-k3f",
    scenario,
    source: `name: ${scenario.name}\n`,
    zero: time.now,
    startedAt: given.startedAt ?? "2026-11-21T09:12:00.000Z",
    order,
    versions: { shakedown: "0.1.0", node: "v24.21.0" },
    host: { platform: "linux", kernel: "6.18.0", cpus: 2, cpuModel: "Imaginary 2000", memory: 24 * 2 ** 30 },
    environment: {
      kernel: "6.18.0",
      cpu: "Imaginary 2000",
      confinement: "cgroup-v1",
      node: "v24.21.0",
      ...given.environment,
    },
    command: ["shakedown", "run", "scenarios/shop.yaml"],
  };
  const record = createRecord(host, { root, run });
  record.journal({ type: "run.start", run: run.id, at: run.startedAt });
  const ended = runBlocks(record, given, { order, time });
  if (ended) record.journal({ type: "run.end", status: "completed", reason: null });
  record.close();
  return record.dir;
}

/** False when it was cut off. */
function runBlocks(
  record: RecordWriter,
  given: FakeRecord,
  { order, time }: { readonly order: readonly (readonly string[])[]; readonly time: { now: number } },
): boolean {
  const { seed } = record.run.scenario.trials;
  let index = 0;
  for (const [i, arms] of order.entries()) {
    record.journal({ type: "block.start", block: i + 1, order: arms });
    // Both arms of a block share the machine's mood; the rest of the noise is each trial's own.
    const shared = gauss(seeded(seed, `fake block ${i}`)) * (given.noise ?? 0.03);
    for (const arm of arms) {
      if (index === given.cutAfter) return false;
      index++;
      const random = seeded(seed, `fake trial ${index}`);
      const noise = () => Math.exp(shared + gauss(random) * (given.noise ?? 0.03));
      const changed = ["baseline", "reference"].includes(arm) ? {} : given.effect;
      const drift = given.drift ?? 1;
      const factor = (of: "p50" | "tail" | "cpu" | "memory" | "gc" | "recovery") =>
        (changed?.[of] ?? 1) * drift * noise();
      const writer = record.trial(index, arm);
      record.journal({ type: "trial.start", trial: index, block: i + 1, arm, dir: basename(writer.dir) });
      fakeTrial(record, writer, {
        trial: index,
        random,
        time,
        notLanded: given.notLanded ?? [],
        truth: {
          p50: factor("p50"),
          tail: factor("tail"),
          errors: changed?.errors ?? 0,
          cpu: factor("cpu"),
          memory: factor("memory"),
          gc: factor("gc"),
          recovery: factor("recovery"),
        },
      });
      writer.close();
      const end = given.outcomes?.[index] ?? { outcome: "ok", reason: null };
      record.journal({ type: "trial.end", trial: index, ...end });
    }
    record.journal({ type: "block.end", block: i + 1 });
  }
  return true;
}
