/** Gates and claims of a search: a bound on the load that a goal holds at, held against the interval that was found. */

import { absoluteBound, type Condition } from "../../../runner/record/condition.ts";
import { searchMetric } from "../../../runner/record/metrics.ts";
import type { Axis } from "../../../runner/record/search.ts";
import { formatBound } from "../../../runner/shared/format.ts";
import type { Found } from "../../analyses/search/found.ts";
import type { Searched } from "../../analyses/search/report.ts";
import { answerInWords, loadInWords } from "../../analyses/search/words.ts";
import type { Finding, Judgement, OpenEstimate, Verdict } from "../judgement.ts";
import { byVerdict, claimed } from "../order.ts";

interface Decided {
  readonly verdict: Verdict;
  readonly because: string;
  readonly wouldChange: string;
}

export const searchGates = (asked: readonly Condition[], searched: Searched, arm: string): Finding[] =>
  asked
    .map((it, i) => findingOf(it, `${it.name}-${i + 1}`, searched, arm))
    .sort((a, b) => Number(a.advisory) - Number(b.advisory) || byVerdict(a.verdict, b.verdict));

export const searchClaims = (asked: readonly Condition[], searched: Searched, arm: string): Judgement["claims"] =>
  asked.map((it, i) => {
    const finding = findingOf(it, `claim-${it.name}-${i + 1}`, searched, arm);
    return { ...finding, claim: claimed[finding.verdict], source: it.source ?? "" };
  });

/** The goal that a condition is about; null when it was not searched. */
export function foundOf(condition: Condition, { found, headroom }: Searched): Found | null {
  if (condition.metric === "capacity.headroom") return headroom;
  return found.find((it) => it.name === (condition.goal ?? found[0]?.name)) ?? null;
}

function findingOf(condition: Condition, id: string, searched: Searched, arm: string): Finding {
  const found = foundOf(condition, searched);
  const { over, headroom } = searched.search;
  const metric = searchMetric(condition.metric, over);
  if (metric === undefined) throw new Error(`a search over ${over.path} does not find ${condition.metric}`);
  const { name, title, unit, better, scale, kind } = metric;
  const decided = decide(condition, found, searched);
  const several = searched.found.length > 1 && condition.metric !== "capacity.headroom";
  return {
    id: id.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-"),
    title: condition.label ?? title,
    where: [
      over.kind === "rate" ? "" : over.path,
      several ? (found?.name ?? "") : "",
      condition.metric === "capacity.headroom" ? (headroom?.fault ?? "") : "",
    ]
      .filter((it) => it !== "")
      .join(" · "),
    condition,
    metric: { name, title, unit, better, scale, kind },
    arm,
    ...{
      versus: null,
      control: null,
      baseline: null,
      change: null,
      robust: null,
      p: null,
      a12: null,
      mde: null,
      mdeFail: null,
    },
    ...{ pairsNeeded: null, trials: [], warnings: [] },
    verdict: decided.verdict,
    advisory: condition.advisory,
    candidate: found === null ? null : estimateOf(found, over),
    bound: absoluteBound(condition),
    method: found?.by === "curve" ? "logistic fit, profile likelihood" : "bounds of the search",
    pairs: found?.trials ?? 0,
    tags: found === null || found.status === "found" ? [] : [found.status],
    because: decided.because,
    wouldChange: decided.wouldChange,
  };
}

/** A load that only held so far is an end of what is known, and no value. */
function estimateOf(found: Found, axis: Axis): OpenEstimate | null {
  const [lower, upper] = endsOf(found, axis);
  if (lower === null && upper === null) return null;
  return { value: found.status === "found" ? found.value : null, lower, upper, n: found.trials };
}

/** The interval is inside what is allowed, outside of it, or neither. */
function decide(condition: Condition, found: Found | null, searched: Searched): Decided {
  const { search, soak, end } = searched;
  // The soak is at its answer.
  const [first] = searched.found;
  const open = (because: string, wouldChange: string): Decided => ({ verdict: "inconclusive", because, wouldChange });
  if (found === null) return open("It was not searched: the search ended before.", "A search that comes to its end.");
  const { over, from } = search;
  const bound = absoluteBound(condition);
  const allowed = formatBound(bound, over.unit);
  const [least, most] = endsOf(found, over);
  const inside = bound.kind === "min" ? least !== null && least >= bound.value : most !== null && most <= bound.value;
  // Where the beginning does not hold, what does lies beyond it.
  const beyond = found.status === "not-even" && from === bound.value;
  const outside =
    bound.kind === "min"
      ? most !== null && (most < bound.value || beyond)
      : least !== null && (least > bound.value || beyond);
  const promised = (bound.kind === "min") === (over.harder === "up");
  const what =
    found.status === "not-even"
      ? `Not even ${loadInWords(from, over)} holds`
      : `What holds is ${answerInWords(found, over)}`;
  if (outside) return { verdict: "failed", because: `${what}: wholly outside of ${allowed}.`, wouldChange: "" };
  if (inside && promised && soak?.refuted === true && found === first)
    return open(
      `${what}, inside of ${allowed}, but it did not hold for long: ${soak.good} of ${soak.windows} windows of the soak were good.`,
      "A target that bears its load for longer than a trial, or longer trials.",
    );
  if (inside) return { verdict: "pass", because: `${what}: wholly inside of ${allowed}.`, wouldChange: "" };
  if (found.status === "at-least")
    return found.shortOf === null
      ? open(
          `${what}, where the search was to end.`,
          `A search that goes on to ${loadInWords(bound.value, over)} and beyond (to:).`,
        )
      : open(`${what}, the most that the load generator could make.`, `A harder load: ${found.shortOf}.`);
  if (found.status === "open")
    return open(
      `${what}, and the search ended before it was decided: ${end?.text ?? "it was cut off"}.`,
      "Going on with the search (--resume).",
    );
  return open(
    `${what}: ${allowed} lies within the interval.`,
    "A narrower interval: more trials at a load (repeat), or longer ones.",
  );
}

/** The lower and the upper end of what is known; null where nothing bounds it. */
const endsOf = ({ easiest, hardest }: Found, { harder }: Pick<Axis, "harder">): [number | null, number | null] =>
  harder === "up" ? [easiest, hardest] : [hardest, easiest];
