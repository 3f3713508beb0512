/** What a condition names besides its metric: all of it exists, and a margin has an arm to compare with. */
import type { Metric } from "../../record/metrics.ts";
import type { Problems } from "../document/problems.ts";
import { nearest, suggest } from "../document/suggest.ts";
import { child, type Node, text } from "../document/tree.ts";
import { checkFits, checkMetric } from "./metric.ts";
import type { Scope } from "./scope.ts";

/** The metric; undefined when there is none of this name, which was told. */
export function checkReferences(node: Node, scope: Scope, problems: Problems): Metric | undefined {
  const known: Readonly<Record<string, readonly string[] | null>> = {
    request: scope.requests,
    phase: scope.phases === null ? null : [...scope.phases.keys()],
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
  if (phase !== undefined && scope.phases?.get(text(phase) ?? "")?.warmup) {
    problems.at(phase, `"${text(phase)}" is a warm-up phase: it is measured, never judged`);
  }
  const metric = checkMetric(node, scope, problems);
  if (metric !== undefined) checkFits(node, metric, problems);
  return metric;
}

/** Both ways to get one, and the way out. */
const noBaseline =
  "add arms: { baseline: {}, candidate: { … } }; or compare with a stored one, <scenario>.baseline.json beside the scenario or --against FILE " +
  "(run once with --against none, then: shakedown baseline accept <run>); or use max";

/** The arm that a margin is compared with; null when there is none, which is a problem only for margins. */
export function checkArms(node: Node, { arms, stored }: Scope, problems: Problems): string | null {
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
    const near = nearest("baseline", arms);
    problems.atKey(
      node,
      "margin",
      "a margin needs an arm to compare with, and there is none named baseline",
      near === null ? noBaseline : `call "${near}" so, or name it with versus`,
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
