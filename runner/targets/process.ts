/** Instances of a program that the harness starts and keeps up, like a ReplicaSet, behind one stable address. */
import type { ProcessTargetSpec } from "../record/scenario.ts";
import type { Host } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";
import type { CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import { findProgram } from "../substrate/launch.ts";
import type { Instance, Target } from "../substrate/target.ts";
import { confining } from "./confinement.ts";
import { type TargetContext, TargetFailed } from "./context.ts";
import { joinEnv, noProgram, withAddresses } from "./environment.ts";
import { frontOf } from "./front.ts";
import { type Supervised, superviseInstance } from "./instance.ts";
import { notReady } from "./not-ready.ts";
import { placesOf } from "./places.ts";
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
  const places = placesOf(spec, context, host, cgroups, limits.grouped);
  const supervised: Supervised[] = [];
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

  const prepare = async (id: string): Promise<Supervised> => {
    const { port, output, cgroup } = await places.make(id);
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
        cgroup,
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
    if (limits.missing !== null) context.warn(`target ${name}: ${limits.missing}`);
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
    const { instances } = spec;
    context.journal({ type: "target.ready", target: name, host: address, port, instances, confinement });
  };

  let coming: Promise<void> | undefined;
  let disposing: Promise<void> | undefined;
  const dispose = async () => {
    disposal.abort();
    // Half started: what it still makes must be known here before it can be undone.
    await coming?.catch(() => undefined);
    await Promise.all(supervised.map((it) => it.stop()));
    await places.undo();
    await front.stop();
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
