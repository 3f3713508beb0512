/** What trials say about the loads they had, in the words of RFC 9971 (MLRsearch): lower bound, upper bound, undecided. */

/** A trial of a goal at one value of what is searched over. */
export interface Tried {
  readonly value: number;
  readonly good: boolean;
  /** False: made where the answer is thought to be; it adds to the curve, but is no load of the search. */
  readonly searching: boolean;
  /** Something else had a part in it: a bad trial is then undecided, and none adds to the curve. */
  readonly disturbed: boolean;
}

export interface Rule {
  /** Share of bad trials that a load may have and still hold. */
  readonly exceed: number;
  /** Trials after which a load is decided in any case. */
  readonly repeat: number;
  /** The direction in which the target has it harder. */
  readonly harder: "up" | "down";
}

type Classification = "lower" | "upper" | "undecided";

/** A load with its trials. */
export interface LoadPoint extends Counted {
  readonly value: number;
  /** As the trials so far have it, decided or not. */
  readonly holds: boolean;
}

/** Shares are sums of thirds and sevenths: equal ones must count as such. */
const ROUNDING = 1e-9;

/** No larger share was bad than the goal lets be bad. */
export const keeps = (badShare: number, exceed: number): boolean => badShare <= exceed + ROUNDING;

/**
 * A lower bound as soon as the load keeps its exceed ratio though all trials that are missing were bad, an upper bound as soon as it
 * breaks it though they were good (RFC 9971, optimistic and pessimistic exceed ratio).
 */
export function classify(good: number, bad: number, { exceed, repeat }: Omit<Rule, "harder">): Classification {
  const whole = Math.max(repeat, good + bad);
  if (!keeps(bad / whole, exceed)) return "upper";
  return keeps((whole - good) / whole, exceed) ? "lower" : "undecided";
}

/** Trials of one kind at one load. */
export interface Counted {
  readonly good: number;
  readonly bad: number;
  /** Bad ones that were disturbed: they may have been either. */
  readonly disturbed: number;
  readonly classified: Classification;
}

/**
 * A load that holds though all that was disturbed is held against it holds all the more. Else only trials that nothing disturbed speak,
 * good and bad alike: to leave out the bad ones only would favour the load.
 */
export function counted(trials: readonly Pick<Tried, "good" | "disturbed">[], rule: Omit<Rule, "harder">): Counted {
  const count = (good: boolean, disturbed: boolean): number =>
    trials.filter((it) => it.good === good && it.disturbed === disturbed).length;
  const [calm, disturbed] = [false, true].map((it) => ({ good: count(true, it), bad: count(false, it) })) as [
    { good: number; bad: number },
    { good: number; bad: number },
  ];
  const good = calm.good + disturbed.good;
  const anyway = classify(good, calm.bad + disturbed.bad, rule) === "lower";
  return {
    ...{ good, bad: calm.bad, disturbed: disturbed.bad },
    classified: anyway ? "lower" : classify(calm.good, calm.bad, rule),
  };
}

/** The loads of the search of which something is known, from the easiest to the hardest. */
export function pointsOf(trials: readonly Tried[], rule: Rule): LoadPoint[] {
  const sign = rule.harder === "up" ? 1 : -1;
  return [
    ...Map.groupBy(
      trials.filter((it) => it.searching),
      (it) => it.value,
    ),
  ]
    .sort(([a], [b]) => sign * (a - b))
    .flatMap(([value, of]) => {
      const all = counted(of, rule);
      if (all.good + all.bad === 0) return [];
      const seen = keeps(all.bad / (all.good + all.bad), rule.exceed);
      return [{ value, ...all, holds: all.classified === "undecided" ? seen : all.classified === "lower" }];
    });
}

export interface Bounds {
  /** The easiest load that is an upper bound (RFC 9971: relevant upper bound). */
  readonly upper: LoadPoint | null;
  /** The hardest lower bound below it (relevant lower bound). */
  readonly lower: LoadPoint | null;
  /** Lower bounds that are harder than an upper bound: the target was not always of one mind. */
  readonly irregular: readonly LoadPoint[];
}

/** @param points from the easiest to the hardest */
export function boundsOf(points: readonly LoadPoint[]): Bounds {
  const first = points.findIndex((it) => it.classified === "upper");
  const below = first < 0 ? points : points.slice(0, first);
  return {
    upper: points[first] ?? null,
    lower: below.findLast((it) => it.classified === "lower") ?? null,
    irregular: first < 0 ? [] : points.slice(first).filter((it) => it.classified === "lower"),
  };
}
