/** A search: what it is over, that everything else leaves it room, and its goals with their units. */
import type { Axis, SearchSpec } from "../../record/search.ts";
import { parseBound } from "../../shared/quantities.ts";
import type { Scope } from "../conditions/scope.ts";
import { resolveWhile } from "../conditions/while.ts";
import type { CheckContext } from "../context.ts";
import type { Problems } from "../document/problems.ts";
import { suggest } from "../document/suggest.ts";
import { child, isMap, items, type Node, text } from "../document/tree.ts";
import { foundText } from "../document/validate.ts";
import type { Item } from "../draft.ts";
import type { WhileInput } from "../schema/conditions.ts";
import type { SearchInput } from "../schema/search.ts";
import { amountOf, axes, axisOf, variableIn } from "./searched.ts";

const searchNode = ({ draft }: Pick<CheckContext, "draft">): Node | undefined => draft.search?.node;

/** What gates may name of it; null without a search. */
export function searchScope({ draft }: Pick<CheckContext, "draft">): Scope["search"] {
  const node = searchNode({ draft });
  if (node === undefined) return null;
  const named = items(child(node, "goals")).flatMap((it) => text(child(it, "name")) ?? []);
  return {
    goals: named.length > 0 ? named : [onlyGoal],
    headroom: child(node, "headroom") !== undefined,
    over: axisOf(text(child(node, "over")) ?? "", variableIn(node)) ?? rate,
  };
}

const onlyGoal = "goal";
/** What else is searched over is told as a mistake of its own. */
const rate = axisOf("load.rate", { harder: "up" }) as Axis;

/** @param scope without what a search adds to it */
export function checkSearch(scope: Omit<Scope, "search">, context: CheckContext): void {
  const { draft, problems } = context;
  const node = draft.search?.node;
  if (node === undefined || !isMap(node)) return;
  const trials = child(draft.root, "trials");
  for (const key of ["count", "looks"]) {
    if (trials !== undefined && child(trials, key) !== undefined)
      problems.atKey(
        trials,
        key,
        `a search makes as many trials as it needs: ${key} says otherwise`,
        "leave it out; search.trials bounds them",
      );
  }
  if (draft.arms.length > 1)
    problems.inside(
      node,
      `a search is for one variant, found arms ${draft.arms.map((it) => it.name).join(" and ")}`,
      "make a scenario of each, and compare what they find",
    );
  const axis = checkOver(node, context);
  if (axis !== null) checkRange(node, axis, problems);
  checkPhases(node, axis, context);
  goalsOf(draft.search as Item<SearchInput>, scope, context);
}

function checkOver(node: Node, { draft, problems }: CheckContext): Axis | null {
  const over = child(node, "over");
  const path = text(over);
  if (over === undefined || path === undefined) return null;
  const harder = text(child(node, "harder"));
  const axis = axisOf(path, variableIn(node));
  if (axis === null) {
    problems.at(over, `expected one of ${axes.join(", ")}, found ${foundText(over)}`, suggest(path, axes));
    return null;
  }
  const target = path.split(".")[1] ?? "";
  const targets = draft.arms[0]?.targets ?? new Map();
  if (axis.kind === "parameter" && !targets.has(target)) {
    problems.at(over, `no target is named "${target}"`, suggest(target, targets.keys()));
    return null;
  }
  if (path.split(".")[2] === "env") {
    if (harder === undefined)
      problems.inside(node, '"harder" is missing: up or down, for a variable of the environment');
  } else {
    if (harder !== undefined) problems.atKey(node, "harder", `what makes ${path} harder is known: ${axis.harder}`);
    if (child(node, "integer") !== undefined)
      problems.atKey(node, "integer", `integer is for a variable of the environment, found ${path}`, "leave it out");
  }
  return axis;
}

/** `from` is told where it was put when it does not fit there. */
function checkRange(node: Node, axis: Axis, problems: Problems): void {
  const [from, to] = ["from", "to"].map((it) => child(node, it));
  const begin = from === undefined ? null : amountOf(from, axis);
  if (from !== undefined && begin === null && axis.unit === "count")
    problems.at(from, `expected a number above zero, found ${foundText(from)}`);
  for (const end of [from, to]) {
    if (axis.integer && end !== undefined && amountOf(end, axis) !== null && !Number.isInteger(amountOf(end, axis)))
      problems.at(end, `expected a whole number, since integer is true, found ${foundText(end)}`);
  }
  if (to === undefined) return;
  const end = amountOf(to, axis);
  if (end === null) {
    const parsed = parseBound(String(to.value), axis.unit);
    problems.at(to, `expected ${parsed.ok ? "more than zero" : parsed.expected}, found ${foundText(to)}`);
  } else if (from !== undefined && begin !== null && (axis.harder === "up" ? end <= begin : end >= begin)) {
    const [more, easiest] = axis.harder === "up" ? ["above", "lowest"] : ["below", "highest"];
    problems.at(
      to,
      `expected a value ${more} from, which is ${foundText(from)}${lineOf(from, problems)}, found ${foundText(to)}`,
      end === begin
        ? "from is the easiest value and to the hardest"
        : `${more === "above" ? "more" : "less"} of ${axis.path} is harder: from is the easiest, the ${easiest} value; exchange the two`,
    );
  }
}

const lineOf = (node: Node, problems: Problems): string => {
  const at = problems.position(node.place);
  return at === null ? "" : ` (line ${at.line})`;
};

function checkPhases(node: Node, axis: Axis | null, { draft, problems }: CheckContext): void {
  const fault = headroomFault(node);
  const place = child(node, "headroom");
  if (place !== undefined && fault !== undefined && !draft.faults.has(fault))
    problems.at(child(place, "fault") ?? place, `no fault is named "${fault}"`, suggest(fault, draft.faults.keys()));
  if (place !== undefined && axis !== null && axis.kind !== "rate")
    problems.atKey(node, "headroom", "headroom is for a search over load.rate: how much less is borne under a fault");
  let calm = false;
  for (const { node: phase } of draft.phases) {
    const faults = items(child(phase, "faults"));
    const others = faults.filter((it) => text(it) !== fault);
    for (const it of others) {
      const hint = fault === undefined ? `add headroom: ${text(it)} to the search, or remove it` : "leave it out";
      problems.at(it, "a search's trials have no faults but that of its headroom", hint);
    }
    if (axis?.kind === "rate" && child(phase, "load") !== undefined)
      problems.atKey(phase, "load", "a trial of a search has one rate, the one that is tried", "leave it out");
    if (faults.length === 0 && child(phase, "warmup")?.value !== true) calm = true;
  }
  if (!calm && draft.phases.length > 0)
    problems.inside(node, "expected a phase that is no warm-up and has no fault: there is nothing to judge a load by");
}

const headroomFault = (node: Node): string | undefined => {
  const headroom = child(node, "headroom");
  return text(headroom) ?? text(child(headroom, "fault"));
};

interface Goals extends Pick<SearchSpec, "goals" | "headroom"> {}

function goalsOf(
  { node, value }: Item<SearchInput>,
  scope: Omit<Scope, "search">,
  { draft, problems }: CheckContext,
): Goals {
  const calm: Omit<Scope, "search"> = { ...scope, faults: [] };
  const conditions = (list: Node | undefined, given: readonly WhileInput[] | undefined): Item<WhileInput>[] =>
    items(list).map((it, i) => ({ node: it, value: given?.[i] }));
  const named = items(child(node, "goals")).map((it, i) => ({ node: it, value: value?.goals?.[i] }));
  const seen = new Set<string>();
  for (const { node: goal } of named) {
    const name = text(child(goal, "name")) ?? "";
    if (seen.has(name)) problems.at(child(goal, "name") ?? goal, `two goals are named "${name}"`);
    if (name === "headroom")
      problems.at(
        child(goal, "name") ?? goal,
        '"headroom" is the name of what holds under the fault',
        "give it another name",
      );
    seen.add(name);
  }
  const faulty = new Map(
    draft.phases.map((it) => [text(child(it.node, "name")) ?? "", items(child(it.node, "faults")).length > 0]),
  );
  for (const list of [child(node, "while"), ...named.map((it) => child(it.node, "while"))]) {
    for (const it of items(list)) {
      const phase = child(it, "phase");
      if (phase !== undefined && faulty.get(text(phase) ?? "") === true)
        problems.at(
          phase,
          `"${text(phase)}" has a fault: the trials of the search leave it out`,
          "put the condition in headroom.while",
        );
    }
  }
  const goals = [
    ...(child(node, "while") === undefined
      ? []
      : [{ name: onlyGoal, list: child(node, "while"), given: value?.while }]),
    ...named.map((it) => ({ name: it.value?.name ?? "", list: child(it.node, "while"), given: it.value?.while })),
  ].map(({ name, list, given }) => ({ name, while: resolveWhile(conditions(list, given), calm, null, problems) }));
  const fault = headroomFault(node);
  const phase = draft.phases.find((it) => it.value?.faults.some((name) => name === fault))?.value?.name ?? null;
  const own = child(child(node, "headroom"), "while");
  const first = goals[0]?.while ?? [];
  return {
    goals,
    headroom:
      fault === undefined
        ? null
        : {
            fault,
            while:
              own === undefined
                ? first.map((it) => ({ ...it, phase, at: null }))
                : resolveWhile(conditions(own, value?.headroom?.while), scope, phase, problems),
          },
  };
}

/** Only without problems. */
export function resolveSearch(scope: Omit<Scope, "search">, context: CheckContext): SearchSpec | undefined {
  const { search, arms, phases } = context.draft;
  const value = search?.value;
  if (search === undefined || value === undefined) return undefined;
  const over = axisOf(value.over, variableIn(search.node)) as Axis;
  const [from, to] = ["from", "to"].map((key) => {
    const node = child(search.node, key);
    return node === undefined ? null : amountOf(node, over);
  });
  const judgedMs = phases.reduce(
    (sum, { value: it }) => (it === undefined || it.warmup || it.faults.length > 0 ? sum : sum + it.for),
    0,
  );
  const exceed = value.exceed ?? 1 / 7;
  return {
    over,
    from: from as number,
    to: to ?? (over.integer && over.harder === "down" ? 1 : null),
    width: value.width,
    exceed,
    repeat: value.repeat ?? fewestFor(exceed),
    ...goalsOf(search, scope, context),
    trials: value.trials,
    withinMs: value.within ?? null,
    soakMs: value.soak === false ? null : (value.soak ?? soakWindows * judgedMs),
    maxInFlight: arms[0]?.load?.value?.maxInFlight ?? null,
  };
}

const soakWindows = 10;
/** Without room for a bad trial there is no number that follows from it. */
const usualRepeat = 7;

/** The fewest trials of which one may be bad. */
const fewestFor = (exceed: number): number => (exceed === 0 ? usualRepeat : Math.max(2, Math.ceil(1 / exceed - 1e-9)));
