/** The router in front of a target, as every kind of target has it. */
import type { Host } from "../shared/host.ts";
import type { LinkControl } from "../substrate/router/control.ts";
import type { Backend } from "../substrate/router/protocol.ts";
import { type Router, startRouter } from "../substrate/router/router.ts";
import type { TargetContext } from "./context.ts";

interface Front {
  readonly start: () => Promise<void>;
  /** Throws before `start`. */
  readonly address: () => Router["address"];
  readonly link: () => LinkControl;
  /** Resolves when the router knows them. */
  readonly serve: (list: readonly Backend[]) => Promise<void>;
  /** Also while it starts. Never rejects. */
  readonly stop: () => Promise<void>;
}

export function frontOf(target: string, context: TargetContext, host: Host): Front {
  let starting: Promise<Router> | undefined;
  let router: Router | undefined;
  const started = (): Router => {
    if (router === undefined) throw new Error(`target ${target} is not up`);
    return router;
  };
  const onExit = (reason: string) => {
    context.warn(`the router in front of ${target}: ${reason}`);
    context.onBroken(`the router in front of ${target} is gone: ${reason}`);
  };
  return {
    start: async () => {
      starting = startRouter(host, {
        // Not what samplers add for instances (preloads): the router is part of the harness.
        env: { ...host.env, SHAKEDOWN_RUN: context.run },
        onConnections: (list) =>
          context.journal({
            type: "connections",
            target,
            list: list.map(([client, instance]) => ({ client, instance })),
          }),
        onExit,
      });
      router = await starting;
    },
    address: () => started().address,
    link: () => started().link,
    // A router that is gone was told by onExit.
    serve: (list) => router?.setInstances(list).catch(() => undefined) ?? Promise.resolve(),
    stop: async () => (await starting?.catch(() => undefined))?.stop(),
  };
}
