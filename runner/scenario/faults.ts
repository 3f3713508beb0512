/** Phases and faults: each fault belongs to one phase, fits into it, hits a target that can suffer it, and not too much of it. */
import { recoveredProblem } from "../record/recovery.ts";
import type { FaultSpec } from "../record/scenario.ts";
import { findProgram } from "../substrate/launch.ts";
import { recoveredCondition } from "./conditions/recovered.ts";
import type { CheckContext } from "./context.ts";
import { nearest, suggest } from "./document/suggest.ts";
import { child, isUnreadable, items, type Node, text } from "./document/tree.ts";
import { orList } from "./document/validate.ts";
import type { ArmDraft, Item } from "./draft.ts";
import type { FaultInput } from "./schema/faults.ts";
import type { TargetInput } from "./schema/targets.ts";

export function checkPhases({ draft, problems }: CheckContext): void {
  const names = new Set<string>();
  const phaseOf = new Map<string, string>();
  const faults = child(draft.root, "faults");
  for (const { node } of draft.phases) {
    const name = text(child(node, "name")) ?? "";
    if (name !== "" && names.has(name)) problems.at(child(node, "name") ?? node, `two phases are named "${name}"`);
    names.add(name);
    for (const reference of items(child(node, "faults"))) {
      const fault = text(reference);
      if (fault === undefined) continue;
      const other = phaseOf.get(fault);
      if (!draft.faults.has(fault)) {
        if (!isUnreadable(faults))
          problems.at(reference, `no fault is named "${fault}"`, suggest(fault, draft.faults.keys()));
      } else if (other !== undefined) {
        problems.at(
          reference,
          `a fault belongs to one phase: "${fault}" is in ${other === name ? "this one twice" : `${other} already`}`,
          "declare a second fault with the same options",
        );
      } else if (child(node, "warmup")?.value === true) {
        problems.at(reference, "a warm-up phase is not judged, so it can't have faults");
      }
      phaseOf.set(fault, name);
    }
  }
  const whole = child(draft.root, "phases");
  if (whole === undefined || draft.phases.length === 0) return;
  if (draft.phases.every((it) => child(it.node, "warmup")?.value === true)) {
    problems.inside(whole, "expected a phase that is no warm-up: there is nothing to judge");
  }
  const meant = meantBy(draft);
  for (const name of draft.faults.keys()) {
    if (faults !== undefined && !meant.has(name)) {
      problems.atKey(
        faults,
        name,
        `no phase names the fault "${name}"`,
        `add faults: [${name}] to a phase, or remove it`,
      );
    }
  }
}

/** Faults that phases name, or nearly name: a slip was told where it is. Also without the brackets of a list. */
function meantBy({ phases, faults }: CheckContext["draft"]): ReadonlySet<string> {
  const written = phases.map(({ node }) => child(node, "faults"));
  return new Set(
    written
      .flatMap((it) => [it, ...items(it)])
      .flatMap((it) => {
        const name = text(it);
        return name === undefined ? [] : faults.has(name) ? name : (nearest(name, faults.keys()) ?? []);
      }),
  );
}

/** From its start to its end, ms from the start of the phase. */
interface Window {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly reach: number;
  readonly node: Node;
}

export function checkFaults(arm: ArmDraft, context: CheckContext): void {
  const { draft, problems } = context;
  const hits: (Window & { readonly target: string; readonly phase: string })[] = [];
  for (const [name, { node, value }] of draft.faults) {
    const phase = draft.phases.find((it) => it.value?.faults.includes(name))?.value;
    if (value !== undefined && phase !== undefined)
      checkWindow(node, value, { name: phase.name, lengthMs: phase.for }, context);
    const target = child(node, "target");
    const targetName = text(target);
    if (target === undefined || targetName === undefined) continue;
    const hit = arm.targets.get(targetName);
    if (hit === undefined) {
      if (arm.targets.size === 0) continue;
      problems.at(target, `no target is named "${targetName}"`, suggest(targetName, arm.targets.keys()));
      continue;
    }
    const reach = checkCapability(node, hit, context, value);
    if (phase === undefined || value === undefined || reach === null) continue;
    const start = value.at;
    const end = value.for === undefined ? phase.for : start + value.for;
    hits.push({ name, start, end, reach, node, target: targetName, phase: phase.name });
  }
  for (const hit of hits) {
    const others = hits.filter(
      (it) => it.target === hit.target && it.phase === hit.phase && it.start < hit.end && hit.start < it.end,
    );
    checkReach(hit, others, arm, context);
  }
}

function checkWindow(
  node: Node,
  value: FaultInput,
  phase: { readonly name: string; readonly lengthMs: number },
  { problems }: CheckContext,
): void {
  const { lengthMs } = phase;
  const [at, length] = [child(node, "at"), child(node, "for")];
  if (value.at >= lengthMs) {
    problems.at(
      at ?? node,
      `the fault begins ${value.at / 1000} s into a phase of ${lengthMs / 1000} s (${phase.name})`,
      "make the phase longer",
    );
  } else if (value.for !== undefined && value.at + value.for > lengthMs) {
    problems.at(
      length ?? node,
      `the fault ends ${(value.at + value.for) / 1000} s into a phase of ${lengthMs / 1000} s (${phase.name})`,
      "make the phase longer, or leave for: out to end with it",
    );
  }
  const rule = child(node, "recovered");
  if (rule === undefined || value.recovered === undefined) return;
  const condition = recoveredCondition(rule, value.recovered, problems);
  const problem = condition === null ? null : recoveredProblem(condition);
  if (problem !== null) problems.at(rule, problem);
}

/** How many instances it hits; null when it can't, which was told. */
function checkCapability(
  node: Node,
  target: Item<TargetInput>,
  context: CheckContext,
  value: FaultInput | undefined,
): number | null {
  const fault = context.registries.faults.find((it) => it.kind === text(child(node, "kind")));
  const place = child(node, "target") ?? node;
  if (fault === undefined || target.value === undefined) return null;
  const { kind } = target.value;
  const able: ReadonlySet<string> = kind === "process" ? context.processCapabilities : new Set(["link"]);
  const lacking = fault.requires.filter((it) => !able.has(it));
  if (lacking.length > 0) {
    const possible = context.registries.faults
      .filter((it) => it.requires.every((need) => able.has(need)))
      .map((it) => it.kind);
    const why = kind === "http" ? "shakedown did not start it" : `this machine gives no ${lacking.join(", ")}`;
    context.problems.at(
      place,
      `${fault.kind} can't hit ${text(place)}, a target of kind ${kind}: ${why}`,
      `possible here: ${possible.join(", ")}`,
    );
    return null;
  }
  const missing = (fault.programs ?? []).filter((it) => findProgram(it, context.env, context.folder) === null);
  if (missing.length > 0) {
    context.problems.at(
      child(node, "kind") ?? node,
      `${fault.kind} runs the program ${orList(missing.map((it) => `"${it}"`))}, which is not there`,
      "looked for it in PATH",
    );
    return null;
  }
  if (value === undefined || fault.hits === "link" || target.value.kind === "http") return 0;
  const { instances } = target.value;
  const count = child(node, "count");
  if (typeof count?.value === "number" && count.value > instances) {
    context.problems.at(
      count,
      `expected at most ${instances}, so many instances ${text(place)} has, found ${count.value}`,
      "add instances, or hit a share of them",
    );
    return null;
  }
  return fault.reach(value.options, target.value.instances);
}

function checkReach(
  hit: Window & { readonly target: string },
  together: readonly Window[],
  arm: ArmDraft,
  { draft, problems }: CheckContext,
): void {
  const target = arm.targets.get(hit.target)?.value;
  const most = draft.safety?.maxTargets;
  if (target?.kind !== "process" || most === undefined || hit.reach === 0) return;
  // Told at the fault that passes the limit, not again at each of those it meets.
  const upToThis = together.slice(0, together.findIndex((it) => it.name === hit.name) + 1).filter((it) => it.reach > 0);
  const sum = Math.min(
    upToThis.reduce((total, it) => total + it.reach, 0),
    target.instances,
  );
  if (sum / target.instances <= most + 1e-9) return;
  const others = upToThis.filter((it) => it.name !== hit.name).map((it) => it.name);
  const subject = others.length === 0 ? "this fault hits" : `together with ${orList(others)} it hits`;
  const share = `${Math.round(most * 1000) / 10}%`;
  problems.atKey(
    child(draft.root, "faults") ?? hit.node,
    hit.name,
    `${subject} ${sum} of ${target.instances} ${target.instances === 1 ? "instance" : "instances"} of ${hit.target} at one time, safety.maxTargets allows ${share}`,
    "add instances, or raise safety.maxTargets",
  );
}

/** In declared order of phases; problems were told before. */
export function resolveFaults({ draft, problems, registries }: CheckContext): FaultSpec[] {
  return [...draft.faults].map(([name, { node, value }]) => {
    const phase = draft.phases.find((it) => it.value?.faults.includes(name))?.value;
    const fault = registries.faults.find((it) => it.kind === value?.kind);
    if (value === undefined || phase === undefined || fault === undefined)
      throw new Error(`fault ${name} has problems that were not told`);
    const rule = child(node, "recovered");
    return {
      name,
      kind: value.kind,
      nature: fault.nature,
      target: value.target,
      phase: phase.name,
      atMs: value.at,
      forMs: value.for ?? null,
      recovered:
        rule === undefined || value.recovered === undefined
          ? null
          : recoveredCondition(rule, value.recovered, problems),
      options: value.options,
    };
  });
}
