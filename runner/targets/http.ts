/** A service that somebody else runs, behind a router of ours: only its link can be disturbed. */
import type { HttpTargetSpec } from "../record/scenario.ts";
import type { Host } from "../shared/host.ts";
import { poll } from "../shared/wait.ts";
import type { Target } from "../substrate/target.ts";
import { NotSpokenTo, type TargetContext, TargetFailed } from "./context.ts";
import { frontOf } from "./front.ts";
import { type NotReady, probe, probeEveryMs, probingOf } from "./readiness.ts";

/** TLS passes through the router: it sees bytes only. Throws UserError when the CA file can't be read. */
export function httpTarget(spec: HttpTargetSpec, context: TargetContext, host: Host): Target {
  const url = new URL(spec.url);
  // Brackets belong to URLs, not to addresses.
  const upstream = {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
  };
  const probing = probingOf(spec.ready, context.spoken);
  const front = frontOf(spec.name, context, host);

  return {
    name: spec.name,
    capabilities: new Set(["link"] as const),
    confinement: "none",
    desired: 0,
    instances: () => [],
    hostHeader: url.host,
    get address() {
      return front.address();
    },
    get link() {
      return front.link();
    },
    ready: async (signal) => {
      await front.start();
      await front.serve([{ id: spec.name, ...upstream }]);
      const { withinMs } = spec.ready;
      let problem: NotReady | null = null as NotReady | null;
      const answers = async () => {
        problem = await probe(host.clock, upstream, probing);
        signal.throwIfAborted();
        return problem === null;
      };
      if (!(await poll(host.clock, withinMs, answers, probeEveryMs.starting))) {
        const { why = "", isUnlike = false } = problem ?? {};
        if (isUnlike) throw new NotSpokenTo(`${spec.name} at ${spec.url}`, why);
        throw new TargetFailed(`${spec.name} at ${spec.url} was not ready within ${withinMs / 1000} s: ${why}`);
      }
      const { host: name, port } = front.address();
      context.journal({ type: "target.ready", target: spec.name, host: name, port, instances: 0, confinement: "none" });
    },
    dispose: () => front.stop(),
  };
}
