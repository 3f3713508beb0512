/** The load of an arm and what phases change about it: one model, and an engine that can send it. */
import { inFlightFor } from "../../record/in-flight.ts";
import type { FlowSpec, LoadModel, LoadSpec, PhaseLoad } from "../../record/scenario.ts";
import { unreachable } from "../../shared/errors.ts";
import type { CheckContext } from "../context.ts";
import type { Problems } from "../document/problems.ts";
import { suggest } from "../document/suggest.ts";
import { child, isMap, type Node, text } from "../document/tree.ts";
import { foundText } from "../document/validate.ts";
import type { ArmDraft, Item } from "../draft.ts";
import type { LoadInput } from "../schema/load.ts";
import type { PhaseInput } from "../schema/phases.ts";
import type { TargetInput } from "../schema/targets.ts";
import { checkFeeds, feedSpecs, loadHere } from "./feeds.ts";
import { checkRequests, isComplete, resolveRequests } from "./requests.ts";
import { checkScript, scriptSpec } from "./script.ts";
import { transportOf } from "./transport.ts";

export function checkLoad(arm: ArmDraft, context: CheckContext): void {
  if (arm.load === undefined) return;
  const { problems } = context;
  const { node, value } = arm.load;
  const target = child(node, "target");
  const name = text(target);
  if (target !== undefined && name !== undefined && arm.targets.size > 0 && !arm.targets.has(name)) {
    problems.at(target, `no target is named "${name}"`, suggest(name, arm.targets.keys()));
  }
  const model = checkModel(node, context);
  const feeds = checkFeeds(node, context);
  checkRequests(node, feeds, context);
  checkScript(node, context);
  if (value !== undefined && model !== null) {
    checkEngine(node, value, model, arm.targets.get(value.target)?.value, context);
  }
}

type Kind = LoadModel["kind"];

/** Null when it is not told which, or both are. */
export function modelOf(load: Node | undefined): Kind | null {
  const [rate, connections] = [child(load, "rate"), child(load, "connections")];
  if (rate !== undefined) return connections === undefined ? "open" : null;
  if (connections !== undefined) return "closed";
  return child(load, "script") === undefined ? null : "script";
}

/** Null after a problem. */
function checkModel(load: Node, { problems }: CheckContext): Kind | null {
  if (!isMap(load)) return null;
  const model = modelOf(load);
  const connections = child(load, "connections");
  if (model === null && connections === undefined)
    problems.inside(load, 'expected "rate" (open model) or "connections" (closed model), found neither');
  else if (model === null && connections !== undefined)
    problems.at(
      connections,
      'expected either "rate" or "connections", found both',
      "remove one of them; in an arm and in --set, null removes",
    );
  for (const key of ["spacing", "maxInFlight"]) {
    const node = child(load, key);
    if (node !== undefined && (model === "closed" || model === "script"))
      problems.at(
        node,
        `"${key}" goes with "rate", found it with ${model === "script" ? "a script alone" : '"connections"'}`,
      );
  }
  const think = child(load, "think");
  if (model === "open" && think !== undefined)
    problems.at(
      think,
      '"think" goes with "connections", found it with "rate": there arrivals say when',
      "between the steps of a flow, think is a step",
    );
  return model;
}

/** Told once, with the arms that it does not fit. */
export function checkPhaseLoads({ draft, problems }: CheckContext): void {
  const models = draft.arms.map((it) => ({ arm: it.name, model: modelOf(it.load?.node) }));
  const armsOf = (model: Kind): string | null => {
    const names = models.filter((it) => it.model === model).map((it) => it.arm);
    if (names.length === 0) return null;
    return names.length === models.length ? "" : ` (arm ${names.join(", ")})`;
  };
  for (const { node } of draft.phases) {
    const load = child(node, "load");
    if (load !== undefined && isMap(load)) checkPhaseLoad(load, armsOf, problems);
  }
}

function checkPhaseLoad(load: Node, armsOf: (model: Kind) => string | null, problems: Problems): void {
  const [rate, connections] = [child(load, "rate"), child(load, "connections")];
  if (rate !== undefined && connections !== undefined) {
    problems.at(connections, 'expected either "rate" or "connections", found both');
    return;
  }
  const given = rate ?? connections;
  if (given === undefined) {
    problems.inside(load, 'expected "rate" or "connections", found neither');
    return;
  }
  const [script, open, closed] = (["script", "open", "closed"] as const).map(armsOf);
  if (typeof script === "string") {
    problems.at(
      load,
      `a phase can't change a load that the script's own scenarios make${script}`,
      "give the load a rate or connections, or change the script",
    );
  }
  if (typeof open === "string" && connections !== undefined) {
    problems.at(connections, `a phase can't have connections where the load has a rate${open}`, 'use "rate" here');
  }
  if (typeof closed === "string" && rate !== undefined) {
    problems.at(rate, `a phase can't have a rate where the load has connections${closed}`, 'use "connections" here');
  }
}

function checkEngine(
  node: Node,
  load: LoadInput,
  model: Kind,
  target: TargetInput | undefined,
  context: CheckContext,
): void {
  const { problems, registries } = context;
  const place = child(node, "engine") ?? child(node, "rate") ?? child(node, "connections") ?? node;
  const engine = registries.engines.find((it) => it.name === load.engine);
  if (engine === undefined) return;
  if (!engine.models.includes(model)) {
    const able = registries.engines.filter((it) => it.models.includes(model)).map((it) => it.name);
    const what = { open: "a rate (open model)", closed: "connections (closed model)", script: "what a script says" }[
      model
    ];
    const instead = model === "open" ? "connections" : "a rate";
    problems.at(
      place,
      `the ${engine.name} engine can't send ${what}`,
      `use engine: ${able.join(" or ")}, or ${instead}`,
    );
    return;
  }
  if (load.connections !== undefined && load.connections < load.workers) {
    problems.at(
      child(node, "workers") ?? place,
      `expected at most one worker per connection, found ${load.workers} for ${load.connections}`,
    );
  }
  if (!(load.requests ?? []).every(isComplete)) return;
  const { shortestPhaseMs = 0 } = engine;
  for (const phase of context.draft.phases) {
    if (phase.value !== undefined && phase.value.for < shortestPhaseMs)
      problems.at(
        child(phase.node, "for") ?? phase.node,
        `the ${engine.name} engine sends for at least ${shortestPhaseMs} ms, found ${foundText(child(phase.node, "for") ?? phase.node)}`,
      );
  }
  for (const problem of engine.problems(loadHere(resolveLoad(load, target, context), context), context.env))
    problems.at(place, problem);
}

/** Files as written. */
export function resolveLoad(
  load: LoadInput,
  target: TargetInput | undefined,
  context: Pick<CheckContext, "draft" | "feedAt" | "folder">,
): LoadSpec {
  const model: LoadModel =
    load.rate !== undefined
      ? { kind: "open", rate: load.rate, spacing: load.spacing ?? (load.engine === "k6" ? "even" : "poisson") }
      : load.connections === undefined && load.script !== undefined
        ? { kind: "script" }
        : { kind: "closed", connections: load.connections ?? 1 };
  const { requests, flows } = resolveRequests(load.requests ?? []);
  const maxInFlight = load.maxInFlight ?? defaultInFlight(model, load.timeout, flows, context.draft.phases);
  return {
    target: load.target,
    engine: load.engine,
    workers: load.workers,
    model,
    timeoutMs: load.timeout,
    maxInFlight,
    keepAlive: { maxRequests: load.keepAlive.maxRequests ?? null, maxAgeMs: load.keepAlive.maxAge ?? null },
    ...transportOf(load, maxInFlight, target, context.folder),
    requests,
    ...(flows.length === 0 ? {} : { flows }),
    ...(load.think === undefined ? {} : { think: load.think }),
    ...(Object.keys(load.feeds).length === 0 ? {} : { feeds: feedSpecs(load, context) }),
    ...(load.script === undefined ? {} : { script: scriptSpec(load.script, context) }),
    ...(load.exact === true ? { exact: true } : {}),
  };
}

function defaultInFlight(
  model: LoadModel,
  timeoutMs: number,
  flows: readonly FlowSpec[],
  phases: readonly Item<PhaseInput>[],
): number {
  const requestsOf = ({ steps }: FlowSpec): number => steps.filter((it) => "request" in it).length;
  const loads = phases
    .flatMap((it) => (it.value === undefined ? [] : [resolvePhaseLoad(it.value)]))
    .filter((it) => it !== null);
  switch (model.kind) {
    case "open":
      return inFlightFor(
        Math.max(model.rate, ...loads.flatMap((it) => (it.kind === "open" ? [it.from, it.to] : []))),
        timeoutMs * Math.max(1, ...flows.map(requestsOf)),
      );
    case "closed":
      return Math.max(model.connections, ...loads.map((it) => (it.kind === "closed" ? it.connections : 0)));
    case "script":
      return 0;
    default:
      return unreachable(model);
  }
}

export function resolvePhaseLoad({ load }: PhaseInput): PhaseLoad | null {
  if (load?.rate !== undefined) {
    return typeof load.rate === "number"
      ? { kind: "open", from: load.rate, to: load.rate }
      : { kind: "open", ...load.rate };
  }
  return load?.connections === undefined ? null : { kind: "closed", connections: load.connections };
}
