/** Gates and claims as they will be judged: references and limits hold, names are unique, defaults are filled in. */
import type { Metric } from "../../record/metrics.ts";
import type { Condition } from "../../record/scenario.ts";
import { statOf } from "../../record/script-metrics.ts";
import { formatValue } from "../../shared/format.ts";
import type { Problems } from "../document/problems.ts";
import { child, type Node, text } from "../document/tree.ts";
import { foundText } from "../document/validate.ts";
import type { Item } from "../draft.ts";
import type { ClaimInput, GateInput } from "../schema/conditions.ts";
import { madeName, unlimited } from "./condition.ts";
import { checkLimit, type Limit } from "./limit.ts";
import { checkMeasured } from "./measured.ts";
import { checkArms, checkReferences } from "./references.ts";
import type { Scope } from "./scope.ts";
import { checkBetter } from "./script-metrics.ts";

export const resolveGates = (gates: readonly Item<GateInput>[], scope: Scope, problems: Problems): Condition[] =>
  uniquelyNamed(gates, scope, problems, (node, metric) => {
    checkMeasured(node, metric, scope, problems);
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
    checkRates(node, metric, scope, problems);
    if (value === undefined || limit === null) return [];
    const name = value.name ?? free(madeName(value, limit), taken);
    taken.add(name);
    return [
      {
        name,
        ...unlimited(metric, value, scope.loadTarget),
        label: value.name ?? null,
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

function free(name: string, taken: ReadonlySet<string>): string {
  let tried = name;
  for (let i = 2; taken.has(tried); i++) tried = `${name} (${i})`;
  return tried;
}

/** A change within the width of a bucket can't be seen. */
function checkResolution(node: Node, metric: Metric, { margin }: Limit, { coarse }: Scope, problems: Problems): void {
  const what =
    metric.kind === "latency" ? "latencies" : statOf(metric.name)?.bucketed === true ? "trends of the script" : null;
  if (coarse === null || what === null || child(node, "advisory")?.value === true) return;
  if (margin === null || margin.kind === "absolute" || margin.value >= coarse.width) return;
  problems.at(
    child(node, "margin") ?? node,
    `the load tells ${what} in steps of ${formatValue(coarse.width, "ratio")}: a margin of ${foundText(child(node, "margin") ?? node)} can't be decided`,
    coarse.hint,
  );
}

/** Of a script's own scenarios k6 tells a share and not of how many: what a phase has of it can't be known. */
function checkRates(node: Node, metric: Metric, { wholeRates }: Scope, problems: Problems): void {
  if (!wholeRates || statOf(metric.name)?.stat !== "rate" || child(node, "advisory")?.value === true) return;
  problems.at(
    child(node, "metric") ?? node,
    "of a script with its own scenarios k6 tells rates over all phases at once: of the phases that are judged nothing is known",
    "add exact: true to the load",
  );
}
