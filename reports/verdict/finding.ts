/** One finding: the numbers of a hypothesis, its verdict, and the sentence that says why. */
import { absoluteBound } from "../../runner/record/condition.ts";
import { type Bound, type Change, formatBound, formatValue } from "../../runner/shared/format.ts";
import type { Scalar } from "../evidence/evidence.ts";
import { clopperPearson } from "../stats/binomial.ts";
import { estimateOf } from "./estimate.ts";
import { type Bounded, judgeBound } from "./inference/absolute.ts";
import { type Comparison, reported } from "./inference/comparison.ts";
import { mdesOf } from "./inference/detectable.ts";
import type { Decision } from "./inference/family.ts";
import { type Shape, shapeOf } from "./inference/shape.ts";
import { worseShare } from "./inference/superiority.ts";
import type { Finding, Verdict } from "./judgement.ts";
import { worstOf } from "./order.ts";
import type { Hypothesis } from "./prepare/hypotheses.ts";
import { type AnySample, absences, type Prepared, valuesOf } from "./prepare/prepare.ts";
import { robustOf } from "./prepare/robust.ts";
import { dueOf } from "./prepare/samples.ts";
import { totalsInWords } from "./prepare/totals.ts";
import { becauseOfBound, becauseOfPairs, pairSides, storedSides } from "./words/because.ts";
import { methodOf } from "./words/method.ts";
import { controlInWords, controlTag } from "./words/stored.ts";
import { boundWouldChange, ENDED_TRIALS, MENDED_FIRST, pairsWouldChange } from "./words/would-change.ts";

interface Decided {
  readonly verdict: Verdict;
  readonly because: string;
  readonly wouldChange: string;
  readonly method: string;
  readonly tags: readonly string[];
  readonly p: Finding["p"];
  readonly pairsNeeded: number | null;
  readonly mde: number | null;
  readonly mdeFail: number | null;
}

/** @param family gates that are decided together */
export function findingOf(
  prepared: Prepared,
  decision: Decision | null,
  { alpha, family }: { readonly alpha: number; readonly family: number },
): Finding {
  const { hypothesis, samples, scale, comparison, control } = prepared;
  const { condition, metric, arm, versus } = hypothesis;
  const bound = boundOf(prepared);
  const change = comparison === null ? null : changeOf(comparison, prepared);
  const own = versus === null ? byBound(prepared, bound, alpha) : byPairs(prepared, decision, { bound, change }, alpha);
  const decided = withExactBound(withOutcome(own, prepared), prepared, bound, alpha);
  const shape = shapeIn(prepared, family);
  return {
    id: hypothesis.id,
    title: condition.label ?? metric.title,
    where: whereOf(hypothesis),
    condition,
    metric: {
      name: metric.name,
      title: metric.title,
      unit: metric.unit,
      better: metric.better,
      scale: metric.scale,
      kind: metric.kind,
    },
    arm,
    versus,
    verdict: decided.verdict,
    advisory: hypothesis.advisory,
    control,
    baseline: estimateOf(valuesOf(otherSide(prepared)), scale),
    candidate: estimateOf(valuesOf(samples.candidate), scale),
    change,
    robust: comparison === null ? null : robustOf(prepared, alpha),
    bound,
    p: decided.p,
    method: decided.method,
    pairs:
      versus === null
        ? samples.candidate.filter(({ scalar }) => scalar.kind !== "absent").length
        : prepared.stored.length > 0
          ? (comparison?.pairs ?? 0)
          : prepared.pairs.length,
    pairsNeeded: decided.pairsNeeded,
    mde: decided.mde,
    mdeFail: decided.mdeFail,
    a12: control === "interleaved" ? worseShare(samples.candidate, samples.baseline, metric.better) : null,
    trials: dots(prepared),
    tags: [
      ...decided.tags,
      ...shape.tags,
      ...(control === null ? [] : controlTag(control, prepared.sessions)),
      ...(prepared.absorbed ? ["absorbed"] : []),
      ...(prepared.asked?.floored ? ["absolute floor"] : []),
      ...(hypothesis.impliedBy === null ? [] : [`implied by ${hypothesis.impliedBy}`]),
    ],
    warnings: [...warningsOf(prepared), ...shape.warnings],
    because: [decided.because, totalsInWords(prepared)].filter((it) => it !== "").join(" "),
    wouldChange: decided.wouldChange,
  };
}

function boundOf({ asked, hypothesis }: Prepared): Bound {
  if (asked !== null) return { kind: "margin", value: asked.margin, relative: asked.scale === "ratio" };
  return absoluteBound(hypothesis.condition);
}

/** What it is compared with: an arm of this run, or what a stored session has of it. */
const otherSide = ({ samples, stored }: Prepared): readonly AnySample[] =>
  stored.length > 0 ? stored : samples.baseline;

const whereOf = ({ condition }: Hypothesis): string =>
  [condition.phase, condition.fault, condition.request, condition.target].filter((it) => it !== null).join(" · ") ||
  "phases without faults";

/** Null when an end of it is infinite: JSON has no infinity, and a sentence says it. */
function changeOf(it: Comparison, { scale, hypothesis }: Prepared): Change | null {
  const terms = { scale, better: hypothesis.metric.better };
  const ends = [reported(it.lower, terms), reported(it.upper, terms)].sort((a, b) => a - b) as [number, number];
  const estimate = reported(it.estimate, terms);
  return [estimate, ...ends].every(Number.isFinite) ? { scale, estimate, lower: ends[0], upper: ends[1] } : null;
}

function byPairs(
  prepared: Prepared,
  decision: Decision | null,
  { bound, change }: Pick<Finding, "bound" | "change">,
  alpha: number,
): Decided {
  const { comparison, pairs, obstacle, samples, stored, scale, hypothesis, control, sessions } = prepared;
  const open = { verdict: "inconclusive", tags: [], p: null, pairsNeeded: null, mde: null, mdeFail: null } as const;
  if (comparison === null) {
    // From here on the sign-flip test can reach alpha, so that nothing need be assumed.
    const enough = Math.ceil(Math.log2(1 / alpha));
    const because = `${pairs.length === 0 ? "No pair of trials has" : "One pair of trials has"} a value in both arms: at least 2 are needed, ${enough} to assume nothing about their distribution.`;
    const wouldChange = `At least ${enough} pairs with a value in both arms.`;
    return obstacle === null
      ? { ...open, because, wouldChange, method: "none", pairsNeeded: enough }
      : { ...open, because: sentence(obstacle), wouldChange: MENDED_FIRST, method: "none" };
  }
  const sizes = [samples.candidate.length, otherSide(prepared).length] as const;
  const method = methodOf(comparison, scale, sizes, control ?? "interleaved");
  if (obstacle !== null || decision === null)
    return { ...open, because: sentence(obstacle ?? "not decided"), wouldChange: MENDED_FIRST, method };
  const { unit, better } = hypothesis.metric;
  const terms = { scale, better };
  const sides = stored.length === 0 ? pairSides(comparison) : storedSides(...sizes);
  const because = becauseOfPairs(comparison, decision, change, { bound, unit, sides });
  return {
    verdict: decision.verdict,
    because: stored.length === 0 ? because : because + controlInWords(control ?? "unbridged", sessions),
    wouldChange: pairsWouldChange(decision, change, { better, unit }, sides.advice(decision.pairsNeeded())),
    method,
    tags: decision.tags,
    p: { raw: decision.p.raw, adjusted: decision.p.adjusted() },
    pairsNeeded: decision.pairsNeeded(),
    ...mdesOf(decision.detects(), terms),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function byBound({ samples, obstacle, hypothesis }: Prepared, bound: Bound, alpha: number): Decided {
  const values = samples.candidate.map(({ scalar }) => scalar).filter((it) => it.kind !== "absent");
  const kind = bound.kind === "min" ? "min" : "max";
  const judged = judgeBound(values, { kind, value: bound.value }, hypothesis.metric.scale, alpha);
  const none = { p: null, pairsNeeded: null };
  if (obstacle !== null || judged === null) {
    const reason = obstacle ?? (values.length === 0 ? "no trial was measured" : "no trial came to a value of its own");
    const silent = { ...none, mde: null, mdeFail: null, method: "none", tags: [] };
    return { ...silent, verdict: "inconclusive", because: sentence(reason), wouldChange: MENDED_FIRST };
  }
  return {
    ...none,
    verdict: judged.verdict,
    because: becauseOfBound(judged, { bound, unit: hypothesis.metric.unit }),
    wouldChange: boundWouldChange(judged, bound, hypothesis.metric.unit),
    mde: judged.mde,
    mdeFail: judged.mdeFail,
    method: methodOfBound(judged),
    tags: [
      ...(judged.by === "one" ? ["one trial, no error rate"] : judged.by === "spread" ? ["no spread"] : []),
      ...(judged.worst > 0 ? ["at least"] : []),
    ],
    pairsNeeded: judged.trialsNeeded,
  };
}

const methodOfBound = ({ by, trials }: Bounded): string =>
  ({
    one: "the value of the one trial",
    spread: "the value that all trials share",
    t: `one-sided t bounds of ${trials} trials`,
  })[by];

/** Failed trials decide beside the numbers: whichever is worse. Where they leave only ranks undecided, they are the reason. */
function withOutcome(own: Decided, { outcome, comparison }: Prepared): Decided {
  if (outcome === null) return own;
  const because = sentence(outcome.because);
  const outranked = worstOf([own.verdict, outcome.verdict]) !== own.verdict;
  if (outranked) return { ...own, verdict: outcome.verdict, because, wouldChange: ENDED_TRIALS, pairsNeeded: null };
  const silent =
    own.verdict === "inconclusive" && (comparison?.method === "ranks" || comparison?.method === "rank-sum");
  return { ...own, because: silent ? because : `${own.because} ${because}` };
}

/** Of pairs where there are any: what both of a pair share does not blunt it then. */
function shapeIn({ asked, comparison, pairs, stored, samples, hypothesis }: Prepared, family: number): Shape {
  if (asked === null || comparison === null) return { tags: [], warnings: [] };
  const paired = stored.length === 0;
  const both = pairs.flatMap(({ baseline, candidate }) =>
    baseline.kind === "value" && candidate.kind === "value" ? [[baseline.value, candidate.value] as const] : [],
  );
  return shapeOf(
    {
      baseline: paired ? both.map(([it]) => it) : valuesOf(stored),
      candidate: paired ? both.map(([, it]) => it) : valuesOf(samples.candidate),
      paired,
      scale: asked.scale,
      resolution: asked.resolution,
    },
    hypothesis.metric.unit,
    family,
  );
}

/** Stored ones first: they ran before. */
const dots = ({ samples, stored, hypothesis }: Prepared): Finding["trials"] => [
  ...stored.map(({ trial, scalar }) => ({
    ...dot(trial, hypothesis.versus ?? "", scalar),
    note: noteOf(scalar, true),
  })),
  ...[...samples.baseline, ...samples.candidate]
    .sort((a, b) => a.trial.index - b.trial.index)
    .map(({ trial, scalar }) => dot(trial, trial.arm, scalar)),
];

const dot = ({ index, block }: { index: number; block: number }, arm: string, scalar: Scalar) => ({
  trial: index,
  block,
  arm,
  value: scalar.kind === "value" ? scalar.value : scalar.kind === "worst" ? scalar.atLeast : null,
  worst: scalar.kind === "worst",
  note: noteOf(scalar, false),
});

const noteOf = (scalar: Scalar, stored: boolean): string | null => {
  const notes = [...(stored ? ["stored"] : []), ...(scalar.kind === "value" ? [] : [scalar.reason])];
  return notes.length === 0 ? null : notes.join(": ");
};

function warningsOf(prepared: Prepared): string[] {
  const all = [...otherSide(prepared), ...prepared.samples.candidate];
  const worst = all.filter(({ scalar }) => scalar.kind === "worst").length;
  const absent = all.filter(({ scalar }) => scalar.kind === "absent").length;
  return [
    ...(worst > 0 ? [`${worst} of ${all.length} trials have no value of their own and rank worst`] : []),
    ...(absent > 0 && absent < all.length
      ? [`${absent} of ${all.length} trials were not measured: ${absences(all).join("; ")}`]
      : []),
    ...new Set(all.flatMap(({ scalar }) => (scalar.kind === "value" ? (scalar.warnings ?? []) : []))),
  ];
}

/**
 * No failed request still leaves room for a few: what the exact bound (Clopper and Pearson) does not exclude is not shown to be inside.
 * An implied gate only asks whether failures flattered a latency: where nothing failed, none did.
 */
function withExactBound(own: Decided, prepared: Prepared, bound: Bound, alpha: number): Decided {
  const { hypothesis, samples } = prepared;
  const due = noneFailedOf(prepared);
  if (due === 0) return own;
  const { upper } = clopperPearson(0, due, 1 - 2 * alpha);
  const most = formatValue(upper, "ratio");
  const point = own.tags.includes("one trial, no error rate") || bound.value === 0 || bound.kind === "min";
  if (own.verdict !== "pass" || point || hypothesis.impliedBy !== null || upper <= bound.value)
    return {
      ...own,
      because: `${own.because} None of ${due} requests: the true ratio is at most ${most} (exact, one-sided).`,
    };
  const requests = Math.ceil(Math.log(alpha) / Math.log1p(-bound.value));
  return {
    ...own,
    verdict: "inconclusive",
    because: `None of ${due} requests failed: that shows a true ratio of at most ${most} (exact, one-sided), not yet ${formatBound(bound, "ratio")}.`,
    wouldChange: `About ${requests} requests without a failure: more trials, longer phases or a higher rate.`,
    pairsNeeded: Math.ceil((samples.candidate.length * requests) / due),
  };
}

/** Requests of the candidate, where no request of either side failed; else 0. */
function noneFailedOf(prepared: Prepared): number {
  const { samples, hypothesis } = prepared;
  if (hypothesis.metric.kind !== "errors") return 0;
  const all = [...otherSide(prepared), ...samples.candidate];
  if (all.length === 0 || !all.every(({ scalar }) => scalar.kind === "value" && scalar.value === 0)) return 0;
  return samples.candidate.reduce((sum, { trial }) => sum + dueOf(trial, hypothesis.condition), 0);
}
