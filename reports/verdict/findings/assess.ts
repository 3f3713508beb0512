/** Findings of gates and claims: each hypothesis prepared, decided in its family, and put in words. */
import type { Condition } from "../../../runner/record/scenario.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import type { Against } from "../control.ts";
import type { Comparison } from "../inference/comparison.ts";
import { decideFamily, decisionsOf } from "../inference/family.ts";
import type { Levels } from "../inference/levels.ts";
import type { ClaimVerdict, Finding, Judgement } from "../judgement.ts";
import { byVerdict, claimed } from "../order.ts";
import { claimHypotheses, gateHypotheses } from "../prepare/hypotheses.ts";
import { type Prepared, prepare } from "../prepare/prepare.ts";
import type { Read } from "../prepare/samples.ts";
import { findingOf } from "./finding.ts";

/** Holm over the relative gates that decide, Benjamini-Hochberg over the advisory ones; bounds on one arm stay out of both. */
export function assessGates(
  evidence: Evidence,
  gates: readonly Condition[],
  read: Read,
  levels: Levels,
  against: Against | null = null,
): Finding[] {
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  const ground = { evidence, read, against, alpha: levels.pass };
  const prepared = gateHypotheses(gates, arms).map((it) => prepare(ground, it));
  const relative = prepared.filter((it) => it.hypothesis.versus !== null);
  const isAdvisory = (it: Prepared): boolean => it.hypothesis.advisory;
  const decisions = decisionsOf(relative, { comparison: testable, isAdvisory }, levels);
  const gating = relative.filter((it) => !isAdvisory(it)).length;
  const terms = { alpha: levels.pass, family: Math.max(1, gating) };
  return prepared
    .map((it) => findingOf(it, decisions.get(it) ?? null, terms))
    .sort((a, b) => Number(a.advisory) - Number(b.advisory) || byVerdict(a.verdict, b.verdict));
}

/** What an obstacle keeps from being decided is not tested, but keeps its place in the family. */
const testable = (it: Prepared): Comparison | null => (it.obstacle === null ? it.comparison : null);

/** Each claim is a family of its own: it decides nothing but itself. */
export function assessClaims(
  evidence: Evidence,
  claims: readonly Condition[],
  read: Read,
  levels: Levels,
  against: Against | null = null,
): Judgement["claims"] {
  const arms = evidence.run.scenario.arms.map((it) => it.name);
  return claimHypotheses(claims, arms).map((hypothesis) => {
    const prepared = prepare({ evidence, read, against, alpha: levels.pass }, hypothesis);
    const [decision] = decideFamily([testable(prepared)], levels);
    const finding = findingOf(prepared, decision ?? null, { alpha: levels.pass, family: 1 });
    return { ...finding, claim: claimOf(finding), source: hypothesis.condition.source ?? "" };
  });
}

const claimOf = ({ verdict, trials }: Finding): ClaimVerdict =>
  trials.every((it) => it.value === null && !it.worst) ? "not-testable" : claimed[verdict];
