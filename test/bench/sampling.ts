/** What the samplers cost: CPU of a process that samples sleeping instances, and of the same process when it does not, in turn. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trialWriter } from "../../runner/record/trial-writer.ts";
import { startSamplers } from "../../runner/samplers/drive.ts";
import type { Host } from "../../runner/shared/host.ts";
import { ownCpuMs } from "../../runner/shared/own-cpu.ts";
import { createCgroup, removeCgroup } from "../../runner/substrate/cgroup/create.ts";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { launchArgv, launchEnv } from "../../runner/substrate/launch.ts";
import { startTime } from "../../runner/substrate/procfs/process.ts";
import type { Instance } from "../../runner/substrate/target.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { median } from "./numbers.ts";

export const everyMs = 100;

/** Share of a core, medians over rounds; writing the record included. */
export interface Sampling {
  readonly instances: number;
  readonly on: number;
  readonly off: number;
  /** Whether each instance was in a cgroup, whose files are then read, too. */
  readonly cgroups: boolean;
}

/** Ends when the bench does, however that ends. */
const sleeping = "process.stdin.resume().on('end', () => process.exit()); console.log('up');";

export async function sampling(
  host: Host,
  instances: number,
  rounds: number,
  seconds: number,
  say: (text: string) => void,
): Promise<Sampling> {
  await using undo = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "shakedown-bench-"));
  undo.defer(() => rmSync(dir, { recursive: true }));
  const zero = host.clock.now();
  const writer = trialWriter(host, dir, (write) => write());
  undo.defer(() => writer.close());
  let told = new Set<string>();
  const startAll = () =>
    startSamplers({
      ...{ host, zero, everyMs, off: [], rawDir: writer.rawDir, targets: () => [] },
      write: (line) => {
        if (line.metric === "cpu.time" && "x" in line) told.add(line.labels.instance ?? "");
        writer.series(line);
      },
      journal: ({ sampler, reason }) => {
        throw new Error(`the sampler ${sampler} is off: ${reason}`);
      },
    });

  // Their environment is that of the samplers' preload, which stays with them through all rounds.
  const first = startAll();
  const all = Array.from({ length: instances }, (_, i) => startOne(host, undo, `shop-${i}`, first.instanceEnv));
  await first.stop();
  const up = await Promise.all(all.map((it) => it()));

  const on: number[] = [];
  const off: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    off.push(await cpuShare(host, seconds));
    told = new Set();
    const samplers = startAll();
    for (const it of up) samplers.onInstance("ready", it);
    on.push(await cpuShare(host, seconds));
    await samplers.stop();
    if (told.size < instances) throw new Error(`only ${told.size} of ${instances} instances were sampled`);
    say(`sampling ${round} of ${rounds}`);
  }
  return { instances, on: median(on), off: median(off), cgroups: up.every((it) => it.cgroup !== null) };
}

async function cpuShare({ clock }: Host, seconds: number): Promise<number> {
  const [cpu, t] = [ownCpuMs(), clock.now()];
  await clock.sleep(seconds * 1000);
  return (ownCpuMs() - cpu) / (clock.now() - t);
}

/** Starts a Node in a cgroup of its own, where one can be made; the result waits until it is up. */
function startOne(
  host: Host,
  undo: AsyncDisposableStack,
  id: string,
  envOf: (instance: string) => Readonly<Record<string, string>>,
): () => Promise<Instance> {
  const support = detectCgroup();
  const cgroup =
    support.memory || support.cpu
      ? createCgroup(support, `bench-${process.pid}-${id}`, { memory: null, cpu: null })
      : null;
  if (cgroup) undo.defer(() => removeCgroup(host.clock, cgroup.paths));
  const env = launchEnv({ ...host.env, ...envOf(id) });
  const child = undo.use(start(launchArgv(host.node, cgroup, [host.node, "-e", sleeping]), { env }));
  return async () => {
    await eventually(() => {
      if (child.out() === "") throw new Error(`${id} is not up: ${child.err()}`);
    });
    const startedAt = startTime(child.pid) ?? 0;
    return { id, target: "shop", pid: child.pid, startedAt, port: 1, state: "ready", cgroup };
  };
}
