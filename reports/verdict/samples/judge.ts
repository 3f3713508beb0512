/** Samples that somebody else's harness took, judged as the trials of a run are: the same comparison, family, levels and words. */
import { decisionsOf } from "../inference/family.ts";
import { fixedLevels, type Levels, levelsAt } from "../inference/levels.ts";
import { worstOf } from "../order.ts";
import { findingOf } from "./finding.ts";
import type { SampleJudgement, SampleSession, SampleVerdict } from "./judgement.ts";
import { type Prepared, prepare, sizeOf } from "./prepare.ts";

export function judgeSamples(session: SampleSession): SampleJudgement {
  const levels = levelsOf(session);
  const prepared = session.metrics.map((it) => prepare(it, levels.pass));
  const isAdvisory = ({ metric }: Prepared): boolean => metric.advisory;
  const decided = decisionsOf(prepared, { comparison: (it) => it.comparison, isAdvisory }, levels);
  const gating = prepared.filter((it) => !isAdvisory(it)).length;
  const metrics = prepared.map((it) => findingOf(it, decided.get(it) ?? null, levels, gating));
  const deciding = metrics.filter((it) => !it.advisory).map((it) => it.verdict);
  return {
    // Where every metric is advisory nothing decides.
    verdict: deciding.length === 0 ? "inconclusive" : (worstOf(deciding) as SampleVerdict),
    look: levels.look,
    metrics,
  };
}

/** As in a run the look is that of the session: its metrics with most pairs say which. */
function levelsOf({ looks, alpha, alphaFail, metrics }: SampleSession): Levels {
  const done = Math.max(1, ...metrics.map(sizeOf));
  return looks === null ? fixedLevels(alpha, alphaFail) : levelsAt(looks, done, { alpha, alphaFail });
}
