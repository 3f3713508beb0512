/** Instances of a program that the harness starts and keeps up, like a ReplicaSet, behind one stable address. */
import { join } from "node:path";
import type { ProcessTargetSpec } from "../record/scenario.ts";
import { messageOf } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { freePort, givePortBack } from "../shared/ports.ts";
import { late, within } from "../shared/wait.ts";
import type { Cgroup, CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import { cgroupPaths, createCgroup, removeCgroup } from "../substrate/cgroup/create.ts";
import { findProgram } from "../substrate/launch.ts";
import type { Instance, Target } from "../substrate/target.ts";
import { confining } from "./confinement.ts";
import { NotSpokenTo, type TargetContext, TargetFailed } from "./context.ts";
import { joinEnv, noProgram, withAddresses } from "./environment.ts";
import { frontOf } from "./front.ts";
import { type Supervised, superviseInstance } from "./instance.ts";
import { keepOutput, type Output } from "./output.ts";
import { quoted } from "./quoted.ts";
import { probingOf } from "./readiness.ts";

/** Throws UserError when its program does not exist, or the CA file can't be read. */
export function processTarget(
  spec: ProcessTargetSpec,
  context: TargetContext,
  host: Host,
  cgroups: CgroupSupport,
): Target {
  const { name } = spec;
  const [command = "", ...args] = spec.command;
  const program = findProgram(command, { ...host.env, ...spec.env }, spec.cwd);
  if (program === null) throw noProgram(name, command);

  const probing = probingOf(spec.ready, context.spoken);
  const limits = confining(spec.limits, cgroups);
  const front = frontOf(name, context, host);
  const supervised: Supervised[] = [];
  const outputs: Output[] = [];
  /** Undone in reverse order. */
  const undo: (() => Promise<void> | void)[] = [];
  const disposal = new AbortController();
  const up = Promise.withResolvers<void>();
  up.promise.catch(() => undefined);

  const instances = () => supervised.map((it) => it.view()).filter((it): it is Instance => it !== null);
  const readyOnes = () => instances().filter((it) => it.state === "ready");
  const serve = () => front.serve(readyOnes().map(({ id, port }) => ({ id, host: "127.0.0.1", port })));
  const onChange = () => {
    void serve();
    if (readyOnes().length === spec.instances) up.resolve();
  };

  const groupOf = (id: string): Cgroup | null => {
    if (!limits.grouped) return null;
    const groupName = `${context.run}-${context.trial}-${id}`;
    const paths = cgroupPaths(cgroups, groupName);
    const lease = context.lease({ undo: "cgroup", paths });
    undo.push(async () => {
      await removeCgroup(host.clock, paths);
      lease.release();
    });
    return createCgroup(cgroups, groupName, {
      memory: cgroups.memory ? spec.limits.memory : null,
      cpu: cgroups.cpu ? spec.limits.cpu : null,
    });
  };

  const prepare = async (id: string): Promise<Supervised> => {
    const port = await freePort();
    undo.push(() => givePortBack(port));
    const output = keepOutput(join(context.rawDir, `${id}.log`), context.redact);
    outputs.push(output);
    return superviseInstance(
      {
        id,
        target: name,
        port,
        argv: [program, ...args],
        cwd: spec.cwd,
        env: joinEnv(host.env, withAddresses(spec.env, context.addressOf), {
          ...context.instanceEnv(id),
          PORT: String(port),
          SHAKEDOWN_INSTANCE: id,
        }),
        cgroup: groupOf(id),
        emulatedMemory: limits.emulatedMemory,
        probing,
        restart: spec.restart,
      },
      {
        host,
        context,
        output,
        onChange,
        onGaveUp: (reason) => up.reject(new TargetFailed(`${name} ${id}: ${reason}`)),
      },
    );
  };

  const bringUp = async (signal: AbortSignal): Promise<void> => {
    const ended = AbortSignal.any([signal, disposal.signal]);
    if (limits.missing !== null) {
      context.warn(`target ${name}: ${limits.missing}`);
    }
    await front.start();
    for (let i = 0; i < spec.instances; i++) {
      ended.throwIfAborted();
      supervised.push(await prepare(`${name}-${i}`));
    }
    ended.throwIfAborted();
    for (const it of supervised) it.start();

    if ((await within(host.clock, spec.ready.withinMs, up.promise, ended)) === late) {
      ended.throwIfAborted();
      throw notReady(spec, supervised);
    }
    await serve();
    const { host: address, port } = front.address();
    const { confinement } = limits;
    context.journal({
      type: "target.ready",
      target: name,
      host: address,
      port,
      instances: spec.instances,
      confinement,
    });
  };

  let coming: Promise<void> | undefined;
  let disposing: Promise<void> | undefined;
  const dispose = async () => {
    disposal.abort();
    // Half started: what it still makes must be known here before it can be undone.
    await coming?.catch(() => undefined);
    await Promise.all(supervised.map((it) => it.stop()));
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      try {
        await step();
      } catch (error) {
        // The lease stays: the watchdog or `recover` tries again.
        context.warn(`${name}: ${messageOf(error)}`);
      }
    }
    await Promise.all([front.stop(), ...outputs.map((it) => it.close())]);
  };

  return {
    name,
    capabilities: limits.capabilities,
    confinement: limits.confinement,
    desired: spec.instances,
    instances,
    get address() {
      return front.address();
    },
    get link() {
      return front.link();
    },
    ready: (signal) => {
      coming = bringUp(signal);
      return coming;
    },
    dispose: () => (disposing ??= dispose()),
  };
}

function notReady(spec: ProcessTargetSpec, supervised: readonly Supervised[]): TargetFailed | NotSpokenTo {
  const unready = supervised.filter((it) => it.view()?.state !== "ready");
  const [first] = unready.map((it) => it.problem());
  if (first !== undefined && unready.every((it) => it.problem().isUnlike)) return new NotSpokenTo(spec.name, first.why);
  // What several wrote alike is told once. Reports put it on one line.
  const late = [
    ...Map.groupBy(
      unready.map((it) => it.complaint()),
      (it) => it.lastOutput,
    ),
  ].map(
    ([output, alike]) =>
      `${alike.map((it) => it.why).join("; ")}${quoted(output, alike.length)}${output === "" ? "." : ""}`,
  );
  const { path, scheme } = spec.ready;
  const over = scheme === undefined ? "" : " over TLS";
  const probed = path === null ? `accepts a connection${over}` : `answers GET ${path}${over} with 2xx or 3xx`;
  return new TargetFailed(
    `${spec.name} was not ready within ${spec.ready.withinMs / 1000} s. ${late.join("\n")}\n` +
      `An instance is ready when it ${probed} on 127.0.0.1 at the port in its environment variable PORT; ` +
      "if it only needs longer, raise ready.within",
  );
}
