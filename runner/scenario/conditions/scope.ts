/** What a condition can refer to: of a document that is being read, or of a scenario that a record holds. */
import { engines } from "../../engines/registry.ts";
import type { LoadSpec, Scenario } from "../../record/scenario.ts";
import type { Axis } from "../../record/search.ts";
import { at, child, isUnreadable, items, text } from "../document/tree.ts";
import type { Draft } from "../draft.ts";
import { requestNames } from "../traffic/requests.ts";
import { modelOf } from "../traffic/traffic.ts";

export interface Scope {
  readonly arms: readonly string[];
  /** Null, as of what else has names: they can't be read, which was told, and may be any. */
  readonly phases: ReadonlyMap<string, { readonly warmup: boolean }> | null;
  readonly faults: readonly string[] | null;
  /** Null: any, since a script names them. */
  readonly requests: readonly string[] | null;
  /** How coarsely the load of some arm tells latencies. */
  readonly coarse: { readonly width: number; readonly hint: string } | null;
  /** The load of some arm tells the rates of its script over all phases at once, of none by itself. */
  readonly wholeRates: boolean;
  /** Some arm's load is k6's: its script may measure things. */
  readonly k6: boolean;
  readonly targets: readonly string[] | null;
  /** Those that no arm starts. */
  readonly foreign: readonly string[];
  readonly samplersOff: readonly string[];
  /** The target measured where a condition does not say which. */
  readonly loadTarget: string | null;
  /** What is searched for; null: trials are repeated. */
  readonly search: { readonly goals: readonly string[]; readonly headroom: boolean; readonly over: Axis } | null;
  /** There is a stored baseline: it stands in for an arm of that name. */
  readonly stored: boolean;
}

/** From the tree: what has a mistake can still be referred to. */
export function scopeOfDraft(draft: Draft): Omit<Scope, "stored" | "search"> {
  const loads = draft.arms.flatMap((it) => (it.load === undefined ? [] : [it.load.node]));
  const phases = draft.phases.map(({ node }) => [text(child(node, "name")), child(node, "warmup")?.value] as const);
  const targets = [...new Set(draft.arms.flatMap((it) => [...it.targets.keys()]))];
  return {
    arms: draft.arms.map((it) => it.name),
    phases:
      phases.length === 0 || phases.some(([name]) => name === undefined)
        ? null
        : new Map(phases.map(([name = "", warmup]) => [name, { warmup: warmup === true }])),
    faults: isUnreadable(child(draft.root, "faults")) ? null : [...draft.faults.keys()],
    requests: loads.some((it) => child(it, "script") !== undefined) ? null : [...new Set(loads.flatMap(requestNames))],
    coarse: coarsest(draft.arms.flatMap((it) => it.load?.value ?? [])),
    wholeRates:
      draft.phases.length > 1 && loads.some((it) => modelOf(it) === "script" && child(it, "exact")?.value !== true),
    k6: loads.some((it) => text(child(it, "engine")) === "k6"),
    targets: targets.length === 0 ? null : targets,
    foreign: targets.filter((name) =>
      draft.arms.every(({ targets }) => !targets.has(name) || text(child(targets.get(name)?.node, "kind")) === "http"),
    ),
    samplersOff: items(at(draft.root, ["samplers", "off"])).flatMap((it) => text(it) ?? []),
    loadTarget: text(child(loads[0], "target")) ?? null,
  };
}

/** As `scopeOfDraft`, of what was resolved before. */
export const scopeOfScenario = ({ arms, phases, faults, search, samplers }: Scenario): Omit<Scope, "stored"> => ({
  arms: arms.map((it) => it.name),
  phases: new Map(phases.map((it) => [it.name, { warmup: it.warmup }])),
  faults: faults.map((it) => it.name),
  requests: arms.some((it) => it.load.script !== undefined)
    ? null
    : [...new Set(arms.flatMap(({ load }) => [...load.requests, ...(load.flows ?? [])].map((it) => it.name)))],
  coarse: coarsest(arms.map((it) => it.load)),
  wholeRates: phases.length > 1 && arms.some(({ load }) => load.model.kind === "script" && load.exact !== true),
  k6: arms.some((it) => it.load.engine === "k6"),
  targets: [...new Set(arms.flatMap((it) => it.targets.map((target) => target.name)))],
  foreign: arms
    .flatMap((it) => it.targets)
    .filter((it, _, all) => all.every(({ name, kind }) => name !== it.name || kind === "http"))
    .map((it) => it.name),
  samplersOff: samplers.off,
  loadTarget: arms[0]?.load.target ?? null,
  search:
    search === undefined
      ? null
      : {
          goals: search.goals.map((it) => it.name),
          headroom: search.headroom !== null,
          over: search.over,
        },
});

const coarsest = (loads: readonly Pick<LoadSpec, "engine" | "exact">[]): Scope["coarse"] =>
  loads
    .flatMap((it) => engines.find(({ name }) => name === it.engine)?.coarse?.(it) ?? [])
    .reduce<Scope["coarse"]>((most, it) => (most !== null && most.width >= it.width ? most : it), null);
