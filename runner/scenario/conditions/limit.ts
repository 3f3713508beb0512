/** How much a condition allows: exactly one of margin, max and min, in the unit of its metric. */
import type { Metric } from "../../record/metrics.ts";
import type { Condition, Margin } from "../../record/scenario.ts";
import { meantQuantity } from "../../shared/meant-quantity.ts";
import { parseBound, parseMargin } from "../../shared/quantities.ts";
import type { Problems } from "../document/problems.ts";
import { child, type Node, text } from "../document/tree.ts";
import { foundText } from "../document/validate.ts";

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
  const parse = (it: string) => parseMargin(it, metric.unit, metric.scale);
  const parsed = parse(written);
  if (!parsed.ok) {
    const percent = metric.scale === "difference" && written.endsWith("%");
    problems.at(
      node,
      `expected ${parsed.expected}, found ${foundText(node)}`,
      percent
        ? `${metric.name} is compared as a difference, which has no base for a percentage`
        : meantQuantity(written, parse),
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
  const parse = (it: string) => parseBound(it, metric.unit);
  const parsed = parse(String(node.value));
  if (parsed.ok) return parsed.value;
  const points =
    metric.unit === "ratio" && String(node.value).endsWith("pp")
      ? "pp is for margins; a bound of a share takes %"
      : metric.kind === "script" && metric.unit === "count"
        ? "what a script measures has no unit here: a trend of times is in ms"
        : meantQuantity(String(node.value), parse);
  problems.at(node, `expected ${parsed.expected}, found ${foundText(node)}`, points);
  return null;
}
