/** A scenario file to a resolved scenario, or to everything that is wrong with it at once. Nothing is started. */
import { dirname, relative, resolve } from "node:path";
import { engines } from "../engines/registry.ts";
import { atValue } from "../record/at-value.ts";
import type { Condition, LoadSpec, Phase, Scenario } from "../record/scenario.ts";
import type { Capability } from "../substrate/target.ts";
import { resolveAbort, resolveClaims, resolveGates, type Scope } from "./conditions.ts";
import type { CheckContext } from "./context.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { checkFields, type Draft, readDraft, reader } from "./draft.ts";
import { checkFaults, checkPhases, resolveFaults } from "./faults.ts";
import { feedReader, loadHere } from "./feeds.ts";
import { armHash, setupOf } from "./hash.ts";
import { interpolate } from "./interpolate.ts";
import { collectProblems, type Problems } from "./problems.ts";
import { checkScenarioText, readScenarioText } from "./read-file.ts";
import { readYaml } from "./read-yaml.ts";
import { allRegistries, type Registries } from "./registries.ts";
import { requestNames } from "./requests.ts";
import { claim, gate } from "./schema/conditions.ts";
import { schemasOf } from "./schema/document.ts";
import { checkSearch, resolveSearch, searchScope } from "./search.ts";
import { withSearched } from "./searched.ts";
import { applySets } from "./set.ts";
import { suggest } from "./suggest.ts";
import {
  checkHooks,
  checkTargets,
  hookAsWritten,
  hookHere,
  startOrder,
  targetAsWritten,
  targetHere,
} from "./targets.ts";
import { checkLoad, resolveLoad, resolvePhaseLoad } from "./traffic.ts";
import { checkTransport, tlsHere } from "./transport.ts";
import { at, child, isMap, items, type Node, text } from "./tree.ts";
import { foundText } from "./validate.ts";

export { type Diagnostic, renderDiagnostics } from "./diagnostics.ts";

export interface LoadOptions {
  /** Instead of what the file holds; it need not exist then. */
  readonly text?: string;
  /** `path=value`, later ones win. */
  readonly set: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The harness's own Node, absolute. */
  readonly node: string;
  /** What processes can be made to suffer on this machine. Default: everything, for files that run elsewhere. */
  readonly processCapabilities?: ReadonlySet<Capability>;
  readonly registries?: Registries;
  /** There is a stored baseline to compare with, or it was said that there is none: margins need no arm named baseline. */
  readonly stored?: boolean;
}

export type Loaded =
  | { readonly ok: true; readonly scenario: Scenario; readonly source: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const allCapabilities: ReadonlySet<Capability> = new Set(["signal", "link", "memory-limit", "cpu-limit"]);

/** Throws nothing that a file can cause. */
export function loadScenario(file: string, options: LoadOptions): Loaded {
  const path = resolve(file);
  const opened = open(path, options.text);
  if (!opened.ok) return opened;
  const { source, problems } = opened;
  const registries = options.registries ?? allRegistries;
  const given = interpolate(applySets(opened.root, options.set, problems), options.env, problems);
  const tree = withSearched(given, problems);
  const draft = readDraft(tree, registries, problems);
  if (draft === undefined) return { ok: false, diagnostics: problems.list() };
  const context: CheckContext = {
    draft,
    problems,
    registries,
    folder: dirname(path),
    env: options.env,
    node: options.node,
    feedAt: feedReader(dirname(path)),
    processCapabilities: options.processCapabilities ?? allCapabilities,
  };
  const conditions = check(context, options.stored === true);
  const diagnostics = problems.list();
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: true, scenario: resolved(path, context, conditions), source };
}

type Opened =
  | { readonly ok: true; readonly root: Node; readonly source: string; readonly problems: Problems }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

function open(path: string, given: string | undefined): Opened {
  const shown = shownPath(path);
  const general = collectProblems(shown, "");
  const source = given === undefined ? readScenarioText(path, general) : checkScenarioText(given, general);
  if (source === undefined) return { ok: false, diagnostics: general.list() };
  const problems = collectProblems(shown, source);
  const root = readYaml(source, problems);
  return root === undefined ? { ok: false, diagnostics: problems.list() } : { ok: true, root, source, problems };
}

/** Relative to the working folder where that is shorter. */
function shownPath(path: string): string {
  const short = relative("", path);
  return short.startsWith("..") || short === "" ? path : short;
}

interface Conditions {
  readonly gates: readonly Condition[];
  readonly claims: readonly Condition[];
}

function check(context: CheckContext, stored: boolean): Conditions {
  const { draft, problems, registries } = context;
  for (const arm of draft.arms) {
    checkTargets(arm, context);
    checkLoad(arm, context);
    checkTransport(arm, context);
    checkFaults(arm, context);
  }
  checkPhases(context);
  checkHooks(draft.before, context);
  checkHooks(draft.after, context);
  const names = registries.samplers.map((it) => it.name);
  for (const off of items(at(draft.root, ["samplers", "off"]))) {
    const name = text(off);
    if (name !== undefined && !names.includes(name))
      problems.at(off, `no sampler is named "${name}"`, suggest(name, names));
  }
  resolveAbort(draft.abort, problems);
  const scope = { ...scopeOf(draft), stored };
  checkSearch(scope, context);
  return conditionsOf(draft, { ...scope, search: searchScope(context) }, problems);
}

const conditionsOf = (
  { gates, claims }: Pick<Draft, "gates" | "claims">,
  scope: Scope,
  problems: Problems,
): Conditions => ({
  gates: resolveGates(gates, scope, problems),
  claims: resolveClaims(claims, scope, problems),
});

/** From the tree: what has a mistake can still be referred to. */
function scopeOf(draft: Draft): Omit<Scope, "stored" | "search"> {
  const loads = draft.arms.flatMap((it) => (it.load === undefined ? [] : [it.load.node]));
  return {
    arms: draft.arms.map((it) => it.name),
    phases: new Map(
      draft.phases.map(({ node }) => [
        text(child(node, "name")) ?? "",
        { warmup: child(node, "warmup")?.value === true },
      ]),
    ),
    faults: [...draft.faults.keys()],
    requests: loads.some((it) => child(it, "script") !== undefined) ? null : [...new Set(loads.flatMap(requestNames))],
    coarse: coarsest(draft.arms.flatMap((it) => it.load?.value ?? [])),
    k6: loads.some((it) => text(child(it, "engine")) === "k6"),
    targets: [...new Set(draft.arms.flatMap((it) => [...it.targets.keys()]))],
    loadTarget: text(child(loads[0], "target")) ?? null,
  };
}

const coarsest = (loads: readonly Pick<LoadSpec, "engine" | "exact">[]): Scope["coarse"] =>
  loads
    .flatMap((it) => engines.find(({ name }) => name === it.engine)?.coarse?.(it) ?? [])
    .reduce<Scope["coarse"]>((most, it) => (most !== null && most.width >= it.width ? most : it), null);

/** Only without problems: what is missing here was told before. */
function resolved(file: string, context: CheckContext, { gates, claims }: Conditions): Scenario {
  const { draft, problems } = context;
  const phases = draft.phases.map((it) => phaseSpec(known(it.value)));
  const faults = resolveFaults(context);
  const abort = resolveAbort(draft.abort, problems);
  const [before, after] = [draft.before.map(hookAsWritten), draft.after.map(hookAsWritten)];
  const samplers = known(draft.samplers);
  const search = resolveSearch({ ...scopeOf(draft), stored: false }, context);
  return {
    apiVersion: "shakedown/v1",
    name: known(draft.name),
    description: known(draft.description),
    file,
    arms: draft.arms.map((arm) => {
      const targets = startOrder(arm.targets).map((name) =>
        targetAsWritten(name, known(arm.targets.get(name)), context.folder, arm.load?.value),
      );
      const input = known(arm.load?.value);
      const load = resolveLoad(input, arm.targets.get(input.target)?.value, context);
      const measured = {
        ...(search === undefined ? { targets, load } : atValue({ targets, load }, search, 0)),
        phases,
        faults,
        abort,
        before,
        after,
      };
      const here = targets.map((it) => targetHere(it, context));
      return {
        name: arm.name,
        targets: here,
        load: tlsHere(loadHere(load, context), context.folder),
        hash: armHash(measured),
        setup: setupOf(measured),
      };
    }),
    phases,
    faults,
    ...(search === undefined
      ? { trials: known(draft.trials) }
      : { trials: { seed: known(draft.trials).seed, count: search.trials }, search }),
    gates,
    claims,
    abort,
    safety: known(draft.safety),
    samplers: { everyMs: samplers.every, off: samplers.off },
    before: before.map((it) => hookHere(it, context)),
    after: after.map((it) => hookHere(it, context)),
  };
}

const phaseSpec = (value: NonNullable<Draft["phases"][number]["value"]>): Phase => ({
  name: value.name,
  durationMs: value.for,
  warmup: value.warmup,
  load: resolvePhaseLoad(value),
  faults: value.faults,
});

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a part of the scenario has problems that were not told");
  return value;
}

/**
 * Other gates and claims for a record that is there already: a file of only `gates:` and `claims:`, or a whole scenario, of which
 * nothing else is read. `stored` as in `LoadOptions`.
 */
export function loadConditions(
  file: string,
  scenario: Scenario,
  stored: boolean,
):
  | { readonly ok: true; readonly conditions: Conditions }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
  const opened = open(resolve(file), undefined);
  if (!opened.ok) return opened;
  const { root, problems } = opened;
  if (!isMap(root)) {
    problems.at(root, `expected a map of gates and claims, found ${foundText(root)}`);
    return { ok: false, diagnostics: problems.list() };
  }
  checkFields(root, root.value.has("apiVersion") ? schemasOf(allRegistries).fields : ["gates", "claims"], problems);
  const read = reader(root, problems);
  const conditions = conditionsOf(
    { gates: read.list("gates", gate), claims: read.list("claims", claim) },
    { ...scopeOfScenario(scenario), stored },
    problems,
  );
  if (conditions.gates.length + conditions.claims.length === 0)
    problems.general("expected gates or claims, found none");
  const diagnostics = problems.list();
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, conditions };
}

const scopeOfScenario = ({ arms, phases, faults, search }: Scenario): Omit<Scope, "stored"> => ({
  arms: arms.map((it) => it.name),
  phases: new Map(phases.map((it) => [it.name, { warmup: it.warmup }])),
  faults: faults.map((it) => it.name),
  requests: arms.some((it) => it.load.script !== undefined)
    ? null
    : [...new Set(arms.flatMap(({ load }) => [...load.requests, ...(load.flows ?? [])].map((it) => it.name)))],
  coarse: coarsest(arms.map((it) => it.load)),
  k6: arms.some((it) => it.load.engine === "k6"),
  targets: [...new Set(arms.flatMap((it) => it.targets.map((target) => target.name)))],
  loadTarget: arms[0]?.load.target ?? null,
  search:
    search === undefined
      ? null
      : {
          goals: search.goals.map((it) => it.name),
          headroom: search.headroom !== null,
          rate: search.over.kind === "rate",
        },
});
