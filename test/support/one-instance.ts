/** A target made of given processes, for faults: real pids, real cgroups, a real router or none. */
import type { Deed, Evidence, Fault, FaultContext } from "../../runner/faults/fault.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import type { Cgroup } from "../../runner/substrate/cgroup/cgroup.ts";
import type { LinkControl } from "../../runner/substrate/router/control.ts";
import type { Instance, LastExit, Target } from "../../runner/substrate/target.ts";
import { undo } from "../../runner/undo/interpret.ts";
import type { Unreverted } from "../../runner/undo/lease.ts";
import type { Child } from "./child.ts";
import { eventually } from "./eventually.ts";

const host = realHost();

export const faultContext = (run: string): FaultContext => ({
  host,
  env: { ...host.env, SHAKEDOWN_RUN: run },
  log: () => undefined,
});

export const instanceOf = (
  process: { readonly pid: number; readonly startedAt: number },
  index = 0,
  cgroup: Cgroup | null = null,
): Instance => ({
  id: `shop-${index}`,
  target: "shop",
  pid: process.pid,
  startedAt: process.startedAt,
  port: 1,
  state: "ready",
  cgroup,
});

const noLink: LinkControl = {
  pid: 0,
  startedAt: 0,
  controlPort: 0,
  token: "",
  add: () => Promise.reject(new Error("no router")),
  remove: () => Promise.reject(new Error("no router")),
  touched: () => Promise.reject(new Error("no router")),
  accepted: () => Promise.reject(new Error("no router")),
};

export const targetOf = (instances: readonly Instance[], link: LinkControl = noLink): Target => ({
  name: "shop",
  capabilities: new Set(["signal", "link", "memory-limit", "cpu-limit"]),
  confinement: instances.some((it) => it.cgroup) ? "cgroup-v1" : "none",
  ready: async () => undefined,
  desired: instances.length,
  instances: () => instances,
  address: { host: "127.0.0.1", port: 1 },
  link,
  dispose: async () => undefined,
});

/** One instance whose end is told as by a supervisor: `told` makes another wait status of the real one, or keeps it back. */
export function supervisedTarget(
  child: Pick<Child, "pid" | "exited"> & { readonly startedAt: number },
  cgroup: Cgroup | null,
  told: (exit: LastExit) => LastExit | null = (exit) => exit,
): Target {
  const instance = instanceOf(child, 0, cgroup);
  let lastExit: LastExit | null = null;
  void child.exited.then(({ code, signal }) => {
    lastExit = told({ pid: child.pid, startedAt: child.startedAt, code, signal });
  });
  return { ...targetOf([instance]), instances: () => [{ ...instance, lastExit }] };
}

interface Injected {
  readonly deed: Deed;
  /** Waits for the proof. */
  readonly landed: () => Promise<Evidence>;
  readonly revert: () => Promise<Unreverted | null>;
}

/** Plans with `options` as a scenario gives them, leases, applies: what the orchestrator does, without a journal. */
export async function injectOn(
  fault: Fault,
  options: object,
  target: Target,
  context: FaultContext,
): Promise<Injected> {
  const [deed] = fault.plan(fault.options.parse(options), target, () => 0.5);
  if (deed === undefined) throw new Error("nothing planned");
  const lease = await deed.lease(context);
  await deed.apply(context);
  return {
    deed,
    landed: () =>
      eventually(async () => {
        const evidence = await deed.landed(context);
        if (evidence === null) throw new Error(`${deed.does}: not landed`);
        return evidence;
      }),
    revert: () => undo(lease, host),
  };
}
