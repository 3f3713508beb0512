/** A scenario file to a resolved scenario, or to everything that is wrong with it at once. Nothing is started. */
import { dirname, relative, resolve } from "node:path";
import { atValue } from "../record/at-value.ts";
import { redactor } from "../record/redact.ts";
import type { Condition, Phase, Scenario } from "../record/scenario.ts";
import type { Capability } from "../substrate/target.ts";
import { resolveAbort } from "./conditions/abort.ts";
import { resolveClaims, resolveGates } from "./conditions/gates.ts";
import { type Scope, scopeOfDraft, scopeOfScenario } from "./conditions/scope.ts";
import type { CheckContext } from "./context.ts";
import type { Diagnostic } from "./document/diagnostics.ts";
import { interpolate } from "./document/interpolate.ts";
import { collectProblems, type Problems } from "./document/problems.ts";
import { checkScenarioText, readScenarioText } from "./document/read-file.ts";
import { readYaml } from "./document/read-yaml.ts";
import { applySets, type Setting } from "./document/set.ts";
import { respelt } from "./document/spelling.ts";
import { suggest } from "./document/suggest.ts";
import { at, isMap, items, type Node, text } from "./document/tree.ts";
import { foundText } from "./document/validate.ts";
import { checkFields, type Draft, readDraft, reader } from "./draft.ts";
import { checkFaults, checkPhases, resolveFaults } from "./faults.ts";
import { armHash, setupOf } from "./hash.ts";
import { allRegistries, type Registries } from "./registries.ts";
import { claim, gate } from "./schema/conditions.ts";
import { schemasOf } from "./schema/document.ts";
import { checkSearch, resolveSearch, searchScope } from "./search/search.ts";
import { withSearched } from "./search/searched.ts";
import {
  checkHooks,
  checkTargets,
  hookAsWritten,
  hookHere,
  startOrder,
  targetAsWritten,
  targetHere,
} from "./targets.ts";
import { feedReader, loadHere } from "./traffic/feeds.ts";
import { withNeeds } from "./traffic/script.ts";
import { checkLoad, checkPhaseLoads, resolveLoad, resolvePhaseLoad } from "./traffic/traffic.ts";
import { checkTransport, tlsHere } from "./traffic/transport.ts";

export interface LoadOptions {
  /** Instead of what the file holds; it need not exist then. */
  readonly text?: string;
  /** Later ones win. */
  readonly set: readonly Setting[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The harness's own Node, absolute. */
  readonly node: string;
  /** What processes can be made to suffer on this machine. Default: everything, for files that run elsewhere. */
  readonly processCapabilities?: ReadonlySet<Capability>;
  readonly registries?: Registries;
  /** There is a stored baseline to compare with, or it was said that there is none: margins need no arm named baseline. */
  readonly stored?: boolean;
}

type Loaded =
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
  const spelt = (it: Node) => respelt(it, schemasOf(registries).keys, problems);
  const given = interpolate(spelt(applySets(spelt(opened.root), options.set, problems)), options.env, problems);
  const tree = withSearched(given, problems);
  const draft = readDraft(tree, registries, problems);
  if (draft === undefined) return { ok: false, diagnostics: withoutSecrets(problems.list(), options.env) };
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
  if (diagnostics.length > 0) return { ok: false, diagnostics: withoutSecrets(diagnostics, options.env) };
  return { ok: true, scenario: resolved(path, context, conditions), source };
}

/** `${env:NAME}` filled in a value that the file does not hold, and that a log should not. */
function withoutSecrets(diagnostics: readonly Diagnostic[], env: LoadOptions["env"]): readonly Diagnostic[] {
  const { values } = redactor([env]);
  return diagnostics.map((it) => ({
    ...it,
    set: it.set === null ? null : values(it.set),
    message: values(it.message),
    hint: it.hint === null ? null : values(it.hint),
  }));
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
  checkPhaseLoads(context);
  checkHooks(draft.before, context);
  checkHooks(draft.after, context);
  const names = registries.samplers.map((it) => it.name);
  for (const off of items(at(draft.root, ["samplers", "off"]))) {
    const name = text(off);
    if (name !== undefined && !names.includes(name))
      problems.at(off, `no sampler is named "${name}"`, suggest(name, names));
  }
  resolveAbort(draft.abort, problems);
  const scope = { ...scopeOfDraft(draft), stored };
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

/** Only without problems: what is missing here was told before. */
function resolved(file: string, context: CheckContext, { gates, claims }: Conditions): Scenario {
  const { draft, problems } = context;
  const phases = draft.phases.map((it) => phaseSpec(known(it.value)));
  const faults = resolveFaults(context);
  const abort = resolveAbort(draft.abort, problems);
  const [before, after] = [draft.before.map(hookAsWritten), draft.after.map(hookAsWritten)];
  const samplers = known(draft.samplers);
  const search = resolveSearch({ ...scopeOfDraft(draft), stored: false }, context);
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
      const load = withNeeds(resolveLoad(input, arm.targets.get(input.target)?.value, context), context);
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
  const { problems } = opened;
  const { keys, fields } = schemasOf(allRegistries);
  const root = respelt(opened.root, keys, problems);
  if (!isMap(root)) {
    problems.at(root, `expected a map of gates and claims, found ${foundText(root)}`);
    return { ok: false, diagnostics: problems.list() };
  }
  checkFields(root, root.value.has("apiVersion") ? fields : ["gates", "claims"], problems);
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
