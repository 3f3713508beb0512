/** What a trial of a search said: which goals it met, or why it says nothing of the target. */
import type { Point, Purpose } from "../../../runner/record/search.ts";
import { type Counted, counted, type Rule, type Tried } from "./classify.ts";

export interface Said {
  readonly trial: number;
  readonly point: Point;
  /** By name of the goal; of a headroom trial only its own. Empty when it says nothing. */
  readonly good: Readonly<Record<string, boolean>>;
  /** Of a soak: its windows, in order, for the first goal; without those that were bad while they were disturbed. */
  readonly windows: readonly boolean[];
  /** Why it says nothing of the target; null when it does. */
  readonly mute: Mute | null;
  /** What else than the target had a part in it. A goal that it met is met all the more; one that it did not meet is undecided. */
  readonly disturbed: string | null;
}

/**
 * generator: it can't make this load. stalled: the harness or its generator was kept from its work. load: it never began.
 * judged: a goal could not be judged.
 */
export interface Mute {
  readonly kind: "generator" | "stalled" | "load" | "judged";
  readonly text: string;
}

/** Trials that tell whether a load holds for a goal: descents come from an overload, recoveries are short. */
export const triedFor = (goal: string, said: readonly Said[]): Tried[] =>
  said.flatMap(({ point, good, disturbed }) => {
    const it = good[goal];
    const role = roles[point.purpose];
    return role === null || it === undefined
      ? []
      : [{ value: point.value, good: it, searching: role === "searching", disturbed: disturbed !== null }];
  });

/** Trials that said something, all at one load, for a goal. */
export const countedFor = (goal: string, said: readonly Said[], rule: Omit<Rule, "harder">): Counted =>
  counted(
    said.map((it) => ({ good: it.good[goal] === true, disturbed: it.disturbed !== null })),
    rule,
  );

/** Whether the trial says something for the goal that it was made for. */
export const decides = ({ point, good, mute, disturbed }: Said): boolean =>
  mute === null && (disturbed === null || good[point.goal] !== false);

/** What a trial of each purpose is to an answer; null: nothing. A headroom trial only knows the goal of that name. */
const roles: Readonly<Record<Purpose, "searching" | "curve" | null>> = {
  probe: "searching",
  headroom: "searching",
  refine: "curve",
  recovery: null,
  descent: null,
  soak: null,
};
