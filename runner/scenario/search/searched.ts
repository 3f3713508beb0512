/** What a search may be over, and its easiest value put where it belongs. */
import type { Axis } from "../../record/search.ts";
import { parseBound } from "../../shared/quantities.ts";
import type { Problems } from "../document/problems.ts";
import { put } from "../document/set.ts";
import { at, child, type Node, text } from "../document/tree.ts";

/** Puts the easiest value where the search will set others: what is searched over is checked there like any other value. */
export function withSearched(root: Node, problems: Problems): Node {
  const [over, from] = [at(root, ["search", "over"]), at(root, ["search", "from"])];
  const path = text(over)?.split(".") ?? [];
  if (
    over === undefined ||
    from === undefined ||
    from.value === null ||
    axisOf(path.join("."), { harder: "up" }) === null
  )
    return root;
  const there = at(root, path);
  if (there !== undefined && there.value !== null) {
    problems.at(there, `the search sets ${path.join(".")}, beginning with its from`, "leave it out here");
    return root;
  }
  // The environment is texts, which nobody writes a number to search from as.
  const value = path[2] === "env" && typeof from.value === "number" ? { ...from, value: String(from.value) } : from;
  const result = put(root, path, value, []);
  return "node" in result ? result.node : root;
}

/** What a search says of a variable of the environment, which tells neither itself. */
type OfVariable = Pick<Axis, "harder" | "integer">;

/** Null for what can't be searched over. */
export function axisOf(path: string, variable: OfVariable): Axis | null {
  if (path === "load.rate") return { kind: "rate", path, unit: "1/s", harder: "up" };
  const [targets, name, part, field, ...rest] = path.split(".");
  if (targets !== "targets" || name === undefined || field === undefined || rest.length > 0) return null;
  if (part === "limits" && field === "memory") return { kind: "parameter", path, unit: "bytes", harder: "down" };
  if (part === "limits" && field === "cpu") return { kind: "parameter", path, unit: "cores", harder: "down" };
  return part === "env" ? { kind: "parameter", path, unit: "count", ...variable } : null;
}

/** As people write them. */
export const axes = ["load.rate", "targets.NAME.limits.memory", "targets.NAME.limits.cpu", "targets.NAME.env.VARIABLE"];

/** Of the fields of a search. Numbers that are all whole stay so: threads, connections and pools have no halves. */
export function variableIn(search: Node): OfVariable {
  const [integer, ...ends] = ["integer", "from", "to"].map((it) => child(search, it)?.value);
  const whole = ends.every((it) => it === undefined || /^\d+$/.test(String(it)));
  return {
    harder: text(child(search, "harder")) === "down" ? "down" : "up",
    ...((integer ?? whole) === true ? { integer: true } : {}),
  };
}

/** In the unit of the axis; null when it is none, or not above zero. */
export function amountOf(node: Node, { unit }: Axis): number | null {
  const parsed = parseBound(String(node.value), unit);
  return parsed.ok && parsed.value > 0 ? parsed.value : null;
}
