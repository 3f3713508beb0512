/** Tells before a run which quantiles its own rate is too low for: their gates and claims would stay open, however long it is repeated. */
import { phasesFor } from "../../../reports/analyses/measure.ts";
import { leftToChance } from "../../../reports/verdict/prepare/obstacles.ts";
import type { Condition, LoadSpec, Phase, Scenario } from "../../record/scenario.ts";
import type { Cli } from "../context.ts";

export function warnOfFewRequests(cli: Cli, { gates, claims, arms, phases, search }: Scenario): void {
  // What a search sends it finds out itself.
  if (search !== undefined) return;
  for (const asked of [...gates.filter((it) => !it.advisory), ...claims]) {
    const dues = arms.map((it) => expectedDue(asked, it.load, phases));
    const known = dues.filter((it) => it !== null);
    const why = known.length < dues.length ? null : leftToChance(asked.metric, Math.min(...known));
    if (why !== null) cli.host.stderr.write(`! ${asked.name}: ${why}\n`);
  }
}

/** Requests of a trial that the condition is about; null where the answers decide how many are sent. */
function expectedDue(asked: Condition, load: LoadSpec, phases: readonly Phase[]): number | null {
  const each = perArrival(asked.request, load);
  const arrivals = phasesFor({ phases }, asked).map((it) => arrivalsIn(it, load));
  return each === null || arrivals.some((it) => it === null)
    ? null
    : arrivals.reduce((sum: number, it) => sum + (it ?? 0), 0) * each;
}

function arrivalsIn({ durationMs, load }: Phase, { model }: LoadSpec): number | null {
  const declared = load ?? (model.kind === "open" ? { kind: "open", from: model.rate, to: model.rate } : null);
  return declared?.kind === "open" ? (((declared.from + declared.to) / 2) * durationMs) / 1000 : null;
}

/** Requests of that name (null: of any) that an arrival brings on average; a flow by its own name is one. */
function perArrival(name: string | null, { requests, flows = [], script }: LoadSpec): number | null {
  if (script !== undefined) return null;
  const all = [...requests, ...flows].reduce((sum, it) => sum + it.weight, 0);
  const single = requests.filter((it) => name === null || it.name === name).reduce((sum, it) => sum + it.weight, 0);
  const inFlows = flows.reduce((sum, { name: flow, weight, steps }) => {
    const asked = steps.filter((it) => "request" in it && (name === null || it.request === name)).length;
    return sum + weight * (flow === name ? 1 : asked);
  }, 0);
  return (single + inFlows) / all;
}
