/** Conditions with their metric's unit: what they name exists, exactly one of margin, max and min is given, defaults are filled in. */
import { liveMetrics, type Metric, metricNamed, metrics, searchMetrics } from "../record/metrics.ts";
import type { AbortRule, Condition, Margin } from "../record/scenario.ts";
import { statOf } from "../record/script-metrics.ts";
import { formatValue } from "../shared/format.ts";
import { parseBound, parseMargin } from "../shared/quantities.ts";
import type { Item } from "./draft.ts";
import type { Problems } from "./problems.ts";
import type { AbortInput, ClaimInput, GateInput, RecoveredInput } from "./schema/conditions.ts";
import { checkBetter, scriptMetric } from "./script-metrics.ts";
import { suggest } from "./suggest.ts";
import { child, type Node, text } from "./tree.ts";
import { foundText } from "./validate.ts";

/** What a condition can refer to. */
export interface Scope {
  readonly arms: readonly string[];
  readonly phases: ReadonlyMap<string, { readonly warmup: boolean }>;
  readonly faults: readonly string[];
  /** Null: any, since a script names them. */
  readonly requests: readonly string[] | null;
  /** How coarsely the load of some arm tells latencies. */
  readonly coarse: { readonly width: number; readonly hint: string } | null;
  /** Some arm's load is k6's: its script may measure things. */
  readonly k6: boolean;
  readonly targets: readonly string[];
  /** The target measured where a condition does not say which. */
  readonly loadTarget: string | null;
  /** What is searched for; null: trials are repeated. */
  readonly search: { readonly goals: readonly string[]; readonly headroom: boolean; readonly rate: boolean } | null;
  /** There is a stored baseline: it stands in for an arm of that name. */
  readonly stored: boolean;
}

export const resolveGates = (gates: readonly Item<GateInput>[], scope: Scope, problems: Problems): Condition[] =>
  uniquelyNamed(gates, scope, problems, (node, metric) => {
    if (!metric.gateable && child(node, "advisory")?.value !== true) {
      problems.at(
        child(node, "metric") ?? node,
        `${metric.name} is too unsteady to decide`,
        "add advisory: true, or use a quantile",
      );
    }
  });

export const resolveClaims = (claims: readonly Item<ClaimInput>[], scope: Scope, problems: Problems): Condition[] =>
  uniquelyNamed(claims, scope, problems, () => undefined);

type Input = GateInput | ClaimInput;

function uniquelyNamed(
  list: readonly Item<Input>[],
  scope: Scope,
  problems: Problems,
  check: (node: Node, metric: Metric) => void,
): Condition[] {
  const given = new Set<string>();
  for (const { node } of list) {
    const name = text(child(node, "name"));
    if (name === undefined) continue;
    if (given.has(name)) problems.at(child(node, "name") ?? node, `two conditions are named "${name}"`);
    given.add(name);
  }
  const taken = new Set(given);
  return list.flatMap(({ node, value }) => {
    const metric = checkReferences(node, scope, problems);
    if (metric === undefined) return [];
    check(node, metric);
    const better = checkBetter(node, metric, problems);
    const limit = checkLimit(node, { ...metric, better: better ?? metric.better }, problems);
    const versus = metric.over === "search" ? null : checkArms(node, scope, problems);
    if (limit !== null) checkResolution(node, metric, limit, scope, problems);
    if (value === undefined || limit === null) return [];
    const name = value.name ?? free(madeName(value, limit), taken);
    taken.add(name);
    return [
      {
        name,
        label: value.name ?? null,
        metric: metric.name,
        request: value.request ?? null,
        phase: value.phase ?? null,
        fault: value.fault ?? null,
        target: value.target ?? (metric.over === "target" ? scope.loadTarget : null),
        arm: value.arm ?? null,
        versus: limit.margin === null ? null : versus,
        ...limit,
        ...(better === null ? {} : { better }),
        advisory: "advisory" in value && value.advisory,
        source: "source" in value ? value.source : null,
        ...(value.goal === undefined ? {} : { goal: value.goal }),
        at: problems.position(node.place),
      },
    ];
  });
}

export const madeName = (value: Input, limit: Limit): string =>
  [
    ...[value.metric, value.request, value.phase, value.fault, value.target, value.arm, value.goal].filter(
      (it) => it !== undefined,
    ),
    ...(limit.min !== null ? ["min"] : []),
  ].join(" ");

function free(name: string, taken: ReadonlySet<string>): string {
  let tried = name;
  for (let i = 2; taken.has(tried); i++) tried = `${name} (${i})`;
  return tried;
}

/** The metric; undefined when there is none of this name, which was told. */
export function checkReferences(node: Node, scope: Scope, problems: Problems): Metric | undefined {
  const known: Readonly<Record<string, readonly string[] | null>> = {
    request: scope.requests,
    phase: [...scope.phases.keys()],
    fault: scope.faults,
    target: scope.targets,
    arm: scope.arms,
    goal: scope.search?.goals ?? [],
    versus: scope.stored ? [...new Set([...scope.arms, "baseline"])] : scope.arms,
  };
  for (const [field, names] of Object.entries(known)) {
    const value = child(node, field);
    const name = text(value);
    if (value === undefined || name === undefined || names === null || names.includes(name)) continue;
    problems.at(value, `no ${field === "versus" ? "arm" : field} is named "${name}"`, suggest(name, names));
  }
  const phase = child(node, "phase");
  if (phase !== undefined && scope.phases.get(text(phase) ?? "")?.warmup) {
    problems.at(phase, `"${text(phase)}" is a warm-up phase: it is measured, never judged`);
  }
  const metric =
    scope.search === null ? ordinaryMetric(node, scope, problems) : searchedMetric(node, scope.search, problems);
  if (metric !== undefined) checkFits(node, metric, problems);
  return metric;
}

function knownMetric(node: Node, names: readonly string[], problems: Problems): Metric | undefined {
  const place = child(node, "metric");
  const name = text(place);
  if (place === undefined || name === undefined) return undefined;
  if (names.includes(name)) return metricNamed(name);
  const exists = metricNamed(name) !== undefined;
  problems.at(
    place,
    exists ? `${name} is not known while the load runs` : `no metric is named "${name}"`,
    suggest(name, names),
  );
  return undefined;
}

const ordinary = metrics.map((it) => it.name);

function ordinaryMetric(node: Node, { k6 }: Scope, problems: Problems): Metric | undefined {
  const place = child(node, "metric");
  if (statOf(text(place) ?? "") !== null) return scriptMetric(node, k6, problems);
  const found = searchMetrics.find((it) => it.name === text(place));
  if (place === undefined || found === undefined) return knownMetric(node, ordinary, problems);
  problems.at(place, `${found.name} is what a search finds, and this scenario has none`, "add search: { … }");
  return undefined;
}

/** Over trials of many loads nothing else means anything. */
function searchedMetric(node: Node, search: NonNullable<Scope["search"]>, problems: Problems): Metric | undefined {
  const place = child(node, "metric");
  const name = text(place);
  if (place === undefined || name === undefined) return undefined;
  if (ordinary.includes(name) || statOf(name) !== null) {
    const instead = search.rate ? ", or gate capacity.rate" : "";
    problems.at(
      place,
      `a search's trials have many loads: ${name} says nothing over all of them`,
      `put it in search.while${instead}`,
    );
    return undefined;
  }
  if (!search.rate) {
    problems.at(
      place,
      `${name} is what a search over load.rate finds`,
      "this one finds a value of a target: read it there",
    );
    return undefined;
  }
  if (name === "capacity.headroom" && !search.headroom) {
    problems.at(
      place,
      "capacity.headroom is what search.headroom finds, and there is none",
      "add headroom: to the search",
    );
    return undefined;
  }
  return knownMetric(
    node,
    searchMetrics.map((it) => it.name),
    problems,
  );
}

/** Which filters a metric takes depends on what it is measured over. */
function checkFits(node: Node, metric: Metric, problems: Problems): void {
  const refuse = (field: string, why: string, hint: string | null = null): void => {
    const place = child(node, field);
    if (place !== undefined) problems.atKey(node, field, `${metric.name} takes no ${field}: ${why}`, hint);
  };
  if (metric.over === "search") {
    for (const field of ["phase", "arm", "versus", "margin", "floor"])
      refuse(field, "it is found over all trials of the search", "use min");
    if (metric.name === "capacity.headroom") refuse("goal", "it has conditions of its own");
  } else refuse("goal", "it is measured in trials, not searched");
  if (metric.over !== "requests") refuse("request", "it is not measured on requests");
  if (metric.over !== "target") refuse("target", "it is not measured on a target's processes");
  if (metric.over === "fault") {
    refuse("phase", "it belongs to the phase of its fault");
    if (child(node, "fault") === undefined)
      problems.inside(node, `${metric.name} needs a fault: the one it is measured from`, "add fault: NAME");
  } else refuse("fault", "it is measured over time", "name the phase of the fault instead");
}

/** Both ways to get one, and the way out. */
const noBaseline =
  "add arms: { baseline: {}, candidate: { … } }; or compare with a stored one, <scenario>.baseline.json beside the scenario or --against FILE " +
  "(run once with --against none, then: shakedown baseline accept <run>); or use max";

/** The arm that a margin is compared with; null when there is none, which is a problem only for margins. */
function checkArms(node: Node, { arms, stored }: Scope, problems: Problems): string | null {
  const [arm, versus, margin] = [child(node, "arm"), child(node, "versus"), child(node, "margin")];
  if (text(arm) === "reference") problems.at(arm ?? node, "the arm named reference is measured, never judged");
  if (margin === undefined) {
    if (versus !== undefined)
      problems.atKey(node, "versus", "versus goes with a margin; a bound (max, min) compares with nothing");
    return null;
  }
  const other = text(versus) ?? "baseline";
  const judged = text(arm) ?? arms.find((it) => it !== other && it !== "reference");
  if (versus === undefined && !arms.includes("baseline")) {
    if (stored) return other;
    problems.atKey(
      node,
      "margin",
      "a margin needs an arm to compare with, and there is none named baseline",
      noBaseline,
    );
  } else if (judged === undefined || judged === other) {
    problems.atKey(
      node,
      "margin",
      `there is no arm to compare with ${other}`,
      "add an arm, such as candidate: { … }, or use max",
    );
  }
  return other;
}

/** A change within the width of a bucket can't be seen. */
function checkResolution(node: Node, metric: Metric, { margin }: Limit, { coarse }: Scope, problems: Problems): void {
  if (coarse === null || metric.kind !== "latency" || child(node, "advisory")?.value === true) return;
  if (margin === null || margin.kind === "absolute" || margin.value >= coarse.width) return;
  problems.at(
    child(node, "margin") ?? node,
    `the load tells latencies in steps of ${formatValue(coarse.width, "ratio")}: a margin of ${foundText(child(node, "margin") ?? node)} can't be decided`,
    coarse.hint,
  );
}

export type Limit = Pick<Condition, "margin" | "max" | "min" | "floor">;

/** Null when it is not exactly one, or can't be read; both were told. */
export function checkLimit(node: Node, metric: Metric, problems: Problems): Limit | null {
  const given = (["margin", "max", "min"] as const).flatMap((field) => {
    const value = child(node, field);
    return value === undefined ? [] : [{ field, value }];
  });
  const [first, second] = given;
  if (first === undefined) {
    problems.inside(node, "expected one of margin, max and min, found none");
    return null;
  }
  if (second !== undefined) {
    problems.atKey(
      node,
      second.field,
      `expected one of margin, max and min, found ${given.map((it) => it.field).join(" and ")}`,
    );
    return null;
  }
  const none: Limit = { margin: null, max: null, min: null };
  if (first.field === "margin") {
    const margin = readMargin(first.value, metric, problems);
    const floor = readFloor(node, margin, metric, problems);
    return margin === null || floor === null ? null : { ...none, margin, ...floor };
  }
  if (child(node, "floor") !== undefined) {
    problems.atKey(node, "floor", "floor goes with a margin; a bound (max, min) has none");
    return null;
  }
  const bound = readBound(first.value, metric, problems);
  return bound === null ? null : { ...none, [first.field]: bound };
}

function readMargin(node: Node, metric: Metric, problems: Problems): Margin | null {
  const written = text(node);
  if (written === undefined) return null;
  const parsed = parseMargin(written, metric.unit, metric.scale);
  if (!parsed.ok) {
    const percent = metric.scale === "difference" && written.endsWith("%");
    problems.at(
      node,
      `expected ${parsed.expected}, found ${foundText(node)}`,
      percent ? `${metric.name} is compared as a difference, which has no base for a percentage` : null,
    );
    return null;
  }
  if (parsed.value.kind === "relative" && metric.better === "higher" && parsed.value.value >= 1) {
    problems.at(node, `expected a margin below "100%" (${metric.name} can't fall by more), found ${foundText(node)}`);
    return null;
  }
  return parsed.value;
}

/** Empty where none is given; null after a problem. */
function readFloor(node: Node, margin: Margin | null, metric: Metric, problems: Problems): Pick<Limit, "floor"> | null {
  const given = child(node, "floor");
  if (given === undefined) return {};
  if (margin?.kind === "absolute") {
    problems.atKey(node, "floor", "floor goes with a margin in percent; this one is absolute already");
    return null;
  }
  const floor = readBound(given, metric, problems);
  return floor === null ? null : { floor };
}

/** In the metric's unit; null after a problem. */
function readBound(node: Node, metric: Metric, problems: Problems): number | null {
  if (typeof node.value !== "string" && typeof node.value !== "number") return null;
  const parsed = parseBound(String(node.value), metric.unit);
  if (parsed.ok) return parsed.value;
  const points =
    metric.unit === "ratio" && String(node.value).endsWith("pp")
      ? "pp is for margins; a bound of a share takes %"
      : null;
  problems.at(node, `expected ${parsed.expected}, found ${foundText(node)}`, points);
  return null;
}

export function resolveAbort(rules: readonly Item<AbortInput>[], problems: Problems): AbortRule[] {
  return rules.flatMap(({ node, value }) => {
    const metric = knownMetric(node, liveMetrics, problems);
    const limit = metric === undefined ? null : checkLimit(node, metric, problems);
    if (metric === undefined || limit === null || value === undefined) return [];
    return [{ metric: metric.name, max: limit.max, min: limit.min, forMs: value.for }];
  });
}

/** What `recovered:` of a fault says; null after a problem. */
export function recoveredCondition(node: Node, value: RecoveredInput, problems: Problems): Condition | null {
  const metric = knownMetric(
    node,
    metrics.map((it) => it.name),
    problems,
  );
  const limit = metric === undefined ? null : checkLimit(node, metric, problems);
  if (metric === undefined || limit === null) return null;
  return {
    name: `recovered: ${value.metric}`,
    label: null,
    metric: metric.name,
    ...{ request: null, phase: null, fault: null, target: null, arm: null, versus: null },
    ...limit,
    advisory: false,
    source: null,
    at: problems.position(node.place),
  };
}
