/** A search as a state machine: from what the trials said to the next one, or to its end. The same trials give the same step. */
import { headroomGoal, type Point, type SearchSpec, type SearchStep } from "../../../runner/record/search.ts";
import { answerOf, ruleOf } from "../../analyses/search/answer.ts";
import { betweenBounds } from "../../analyses/search/between-bounds.ts";
import { boundsOf, pointsOf } from "../../analyses/search/classify.ts";
import { halfway } from "../../analyses/search/grid.ts";
import { countedFor, decides, type Said, triedFor } from "../../analyses/search/said.ts";
import { outOfReach, spoiledLoads } from "../../analyses/search/untried.ts";
import { again, saidAgain } from "./again.ts";
import { knownSoFar } from "./known.ts";
import { type Asked, nextLoad, type Range } from "./next-load.ts";
import { point, stop } from "./step.ts";

interface Known {
  /** In the order in which they were made, without one that was interrupted. */
  readonly said: readonly Said[];
  /** Since the first trial began, ms. */
  readonly elapsedMs: number;
  /** Trials before the search was gone on with: what disturbed those may be over. */
  readonly earlier: number;
  /** Instances of the target: with one fewer the load should be that much easier. */
  readonly instances: number;
}

/** Proofs of recovery that may fail in a row. */
const UNRECOVERED = 3;

export function nextStep(spec: SearchSpec, known: Known): SearchStep {
  const step = chosen(spec, known);
  return step.kind === "stop" ? step : { ...step, point: { ...step.point, known: knownSoFar(spec, known.said) } };
}

function chosen(spec: SearchSpec, known: Known): SearchStep {
  const { said } = known;
  const wanted = again(spec.over, known) ?? wantedBy(spec, known);
  if (wanted.kind === "stop") return wanted;
  if (said.length >= spec.trials)
    return stop("trials", `all ${spec.trials} trials are used up; next would be ${describe(wanted.point, spec)}`);
  if (spec.withinMs !== null && known.elapsedMs >= spec.withinMs)
    return stop("time", `its time is used up; next would be ${describe(wanted.point, spec)}`);
  return recovered(spec, said, { ...wanted, point: saidAgain(wanted.point, said) });
}

const describe = ({ purpose, value, why }: Point, { over }: SearchSpec): string =>
  `${purpose === "probe" ? "a trial" : `a ${purpose} trial`} at ${over.path} ${value} (${why})`;

/** What would be tried next if the target has recovered from the last trial. */
function wantedBy(spec: SearchSpec, known: Known): SearchStep {
  const limit = outOfReach(known.said, spec.over.harder);
  const spoiled = spoiledLoads(known.said.slice(known.earlier));
  let short = false;
  for (const { name } of spec.goals) {
    const range = { ...rangeOf(spec), outOfReach: limit?.value ?? null, spoiled: spoiled.map((it) => it.value) };
    const asked = nextLoad(pointsOf(triedFor(name, known.said), ruleOf(spec)), range);
    if (asked.kind === "load") return point({ purpose: "probe", goal: name, value: asked.value, why: asked.why });
    short ||= asked.how === "unreachable";
  }
  const [first] = spoiled;
  if (short && first !== undefined) return stop("disturbed", first.text);
  const refined = spec.goals.map((it) => refine(spec, known.said, it.name)).find((it) => it !== null);
  return (
    refined ??
    descent(spec, known.said) ??
    soak(spec, known.said) ??
    headroom(spec, known) ??
    (short && limit !== null ? stop("generator", limit.text) : stop("answered", "every goal is answered"))
  );
}

const rangeOf = ({ from, to, width, repeat, over }: SearchSpec): Range => ({
  ...{ from, to, start: from, ease: 2, width, repeat, harder: over.harder, integer: over.integer },
  ...{ outOfReach: null, spoiled: [] },
});

/** An interval so many times as wide as the bounds are apart is narrow enough. */
const NARROW = 4;

/** The bounds are found with few trials at the answer itself: as many again as a load gets, while its interval is wide. */
function refine(spec: SearchSpec, said: readonly Said[], goal: string): SearchStep | null {
  const answer = answerOf(triedFor(goal, said), ruleOf(spec));
  const { lower, upper } = answer.bounds;
  if (lower === null || upper === null || spec.exceed === 0) return null;
  const spent = said.filter(
    ({ point: it, mute }) => it.purpose === "refine" && it.goal === goal && mute === null,
  ).length;
  if (spent >= spec.repeat) return null;
  // Whole numbers may lie farther apart than the width: then there is nothing narrower to tell.
  if (spec.over.integer && halfway(lower.value, upper.value, spec.over) === null) return null;
  const { value, easiest, hardest } = betweenBounds({ ...answer, lower, upper }, spec.over);
  const known = answer.curve !== null && easiest !== null && hardest !== null;
  if (known && Math.abs(Math.log(hardest / easiest)) <= NARROW * Math.log1p(spec.width)) return null;
  return point({ purpose: "refine", goal, value, why: "for a narrower interval of the answer" });
}

/** The first goal's answer after an overload: a target that remembers the overload does not hold it then. */
function descent(spec: SearchSpec, said: readonly Said[]): SearchStep | null {
  const goal = firstGoal(spec);
  const { lower, upper } = boundsOf(pointsOf(triedFor(goal, said), ruleOf(spec)));
  if (lower === null || upper === null || spec.over.kind !== "rate") return null;
  const made = said.filter((it) => it.point.purpose === "descent" && it.mute === null);
  const { good, bad, classified } = countedFor(goal, made, spec);
  // One that holds shows that there is a way back; one that does not may be one of those that are allowed.
  if (good > 0 && bad === 0) return null;
  if (classified !== "undecided") return null;
  return point({
    purpose: "descent",
    goal,
    value: lower.value,
    above: upper.value,
    why: "whether the answer also holds after an overload",
  });
}

/** Once, at what is promised. */
function soak(spec: SearchSpec, said: readonly Said[]): SearchStep | null {
  const value = promised(spec, said);
  if (spec.soakMs === null || value === null || said.some((it) => it.point.purpose === "soak")) return null;
  return point({ purpose: "soak", goal: firstGoal(spec), value, why: "whether the answer holds for long" });
}

/** The load that the first goal's answer promises; null without one. */
export function promised(spec: SearchSpec, said: readonly Said[]): number | null {
  const answer = answerOf(triedFor(firstGoal(spec), said), ruleOf(spec));
  const { lower, upper } = answer.bounds;
  if (lower === null) return null;
  return upper === null ? lower.value : betweenBounds({ ...answer, lower, upper }, spec.over).value;
}

/** The same search again from the answer downwards, while the fault strikes. */
function headroom(spec: SearchSpec, { said, instances }: Known): SearchStep | null {
  const top = promised(spec, said);
  if (spec.headroom === null || top === null) return null;
  const first = said.find((it) => it.point.purpose === "headroom")?.point.value ?? top;
  const asked: Asked = nextLoad(pointsOf(triedFor(headroomGoal, said), ruleOf(spec)), {
    ...rangeOf(spec),
    to: first,
    start: first,
    ease: instances > 1 ? instances / (instances - 1) : 2,
  });
  if (asked.kind === "answered") return null;
  const why = `${asked.why}, while ${spec.headroom.fault} strikes`;
  return point({ purpose: "headroom", goal: headroomGoal, value: asked.value, why });
}

/** After a bad trial the easiest load has to hold as before, or what follows would measure what is left of it. */
function recovered(
  spec: SearchSpec,
  said: readonly Said[],
  wanted: Extract<SearchStep, { kind: "point" }>,
): SearchStep {
  const at = said.findLastIndex((it) => it.point.purpose !== "recovery" && it.mute === null);
  const before = said[at];
  if (before === undefined || before.good[before.point.goal] !== false) return wanted;
  // The easiest load itself is its own proof.
  if (before.point.purpose === "probe" && before.point.value === spec.from) return wanted;
  const goal = before.point.goal === headroomGoal ? firstGoal(spec) : before.point.goal;
  const proofs = said.slice(at + 1).filter(decides);
  if (proofs.some((it) => it.good[goal] === true)) return wanted;
  if (proofs.length >= UNRECOVERED)
    return stop(
      "not-recovered",
      `after the bad trial ${before.trial} the target did not come back: ${proofs.length} trials at ${spec.over.path} ${spec.from}, which held before it, were bad`,
    );
  const why = `proof that the target has recovered from trial ${before.trial}`;
  return point({ purpose: "recovery", goal, value: spec.from, why });
}

const firstGoal = ({ goals }: SearchSpec): string => goals[0]?.name ?? "";
