/** Kills a real harness at one line of its journal, and looks at what is left of it. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { FOLDER } from "../../runner/substrate/cgroup/folder.ts";
import { processesWith, readStat } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "./eventually.ts";
import { cgroupSupport, type Need, needs } from "./needs.ts";
import { sleeper } from "./sleeper.ts";

/** The steps of a fault in the order in which they are journaled. */
export const steps = [
  "fault.intent",
  "fault.leased",
  "fault.applied",
  "fault.acknowledged",
  "fault.reverting",
  "fault.reverted",
  "fault.released",
] as const;
export type Step = (typeof steps)[number];

/** Every way in which a fault of some kind may be done, short: named for its kind, and in brackets for what tells it from others of it. */
export const faults: Readonly<Record<string, string>> = {
  "pod-kill": "{ kind: pod-kill, target: service, count: 1",
  pause: "{ kind: pause, target: service, count: 1",
  latency: "{ kind: latency, target: service, delay: 50ms",
  reset: "{ kind: reset, target: service, after: 0ms",
  blackhole: "{ kind: blackhole, target: service",
  bandwidth: "{ kind: bandwidth, target: service, rate: 10KiB/s",
  down: "{ kind: down, target: service",
  "memory-pressure": "{ kind: memory-pressure, target: service, count: 1",
  "cpu-pressure (to)": "{ kind: cpu-pressure, target: service, count: 1, to: 50m",
  "cpu-pressure (burn)": "{ kind: cpu-pressure, target: service, count: 1, burn: 1",
};

export const kindOf = (fault: string): string => fault.replace(/ \(.*\)$/, "");

/** What the machine must have for it. Without a memory cgroup that fault is emulated, and goes through the same steps. */
export const needOf = (fault: string): Need => (kindOf(fault) === "cpu-pressure" ? needs.cpuLimit : needs.linux);

/** How long it is on, ms: on a busy machine the kernel may need seconds until it kills, or gives a burner or the load its turn. */
const onFor = (kind: string): number => (/pressure/.test(kind) ? 4000 : 2000);

const scenario = (kind: string) => `
apiVersion: shakedown/v1
name: crash
description: One fault, and a harness that dies in it.
targets:
  service:
    kind: process
    command: [node, ${JSON.stringify(join(import.meta.dirname, "../../scenarios/targets/node/db.mjs"))}]
    ready: { path: /healthz }
    restart: { delay: 50ms }
load: { target: service, engine: native, rate: 100/s, timeout: 500ms, requests: [{ name: query, get: /query?key=1 }] }
phases:
  - { name: calm, for: 300ms }
  - { name: broken, for: ${onFor(kind) + 300}ms, faults: [it] }
faults:
  it: ${faults[kind]}, at: 100ms, for: ${onFor(kind)}ms }
safety: { maxTargets: 100% }
trials: { count: 1, seed: 1 }
`;

/** Where nothing got its turn while the fault was on, its harness never came to the step, and nothing is known of it: it is asked again. */
const mostTries = 3;

/** Runs the scenario of a fault in a harness that dies at `step`, and asserts that within seconds nothing of it is left. */
export async function crashLeavesNothing(kind: string, step: Step, when: "before" | "after"): Promise<void> {
  for (let tries = 1; ; tries++) if (await crashed(kind, step, when, tries === mostTries)) return;
}

/** False when it ended without having come to the step, unless `mustReach`. */
async function crashed(kind: string, step: Step, when: "before" | "after", mustReach: boolean): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), "shakedown-crash-"));
  const env = { ...process.env, XDG_STATE_HOME: join(dir, "state"), NO_COLOR: "1" };
  await using bystander = sleeper();
  try {
    writeFileSync(join(dir, "crash.yaml"), scenario(kind));
    const before = JSON.stringify(stateOf(bystander.pid));
    const harness = spawn(
      process.execPath,
      [
        join(import.meta.dirname, "crash-harness.main.ts"),
        step,
        when,
        "run",
        join(dir, "crash.yaml"),
        "--out",
        join(dir, "results"),
      ],
      {
        env,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let said = "";
    harness.stderr.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    const signal = await new Promise((resolve) => harness.on("close", (_, it) => resolve(it)));
    if (signal === null && !mustReach) return false;
    expect(signal, `the harness never reached ${step} of ${kind}:\n${said}`).toBe("SIGKILL");

    const run = readdirSync(join(dir, "results", "crash"))[0] as string;
    const journal = readFileSync(join(dir, "results", "crash", run, "journal.ndjson"), "utf8");
    expect(journal.includes(`"type":"${step}"`)).toBe(when === "after");
    const ports = [...journal.matchAll(/"port":(\d+)/g)].map((it) => Number(it[1]));
    expect(ports.length).toBeGreaterThan(1);

    await eventually(async () => {
      expect(processesWith("SHAKEDOWN_RUN", run), "processes").toEqual([]);
      expect(leaseFolders(join(dir, "state")), "leases").toEqual([]);
      expect(cgroupsOf(run), "cgroups").toEqual([]);
      expect(await Promise.all(ports.map(isListening)), "listening ports").toEqual(ports.map(() => false));
    }, 20_000);
    expect(JSON.stringify(stateOf(bystander.pid)), "a bystander").toBe(before);
    return true;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const stateOf = (pid: number) => ({
  startedAt: readStat(pid)?.startedAt,
  stopped: readStat(pid)?.state === "T",
  oom: readFileSync(`/proc/${pid}/oom_score_adj`, "utf8"),
  cgroup: readFileSync(`/proc/${pid}/cgroup`, "utf8"),
});

const leaseFolders = (state: string): string[] => {
  const root = join(state, "shakedown", "leases");
  return existsSync(root) ? readdirSync(root) : [];
};

/** Groups whose name tells the run, wherever groups can be made. */
function cgroupsOf(run: string): string[] {
  return cgroupSupport.parents.flatMap((parent) => {
    const folder = join(parent, FOLDER);
    return existsSync(folder) ? readdirSync(folder).filter((it) => it.includes(run)) : [];
  });
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
