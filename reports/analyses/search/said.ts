/** What a trial of a search said: which goals it met, or why it says nothing of the target. */
import type { Point, Purpose } from "../../../runner/record/search.ts";
import type { Tried } from "./classify.ts";

export interface Said {
  readonly trial: number;
  readonly point: Point;
  /** By name of the goal; of a headroom trial only its own. Empty when it says nothing. */
  readonly good: Readonly<Record<string, boolean>>;
  /** Of a soak: its windows, in order, for the first goal. */
  readonly windows: readonly boolean[];
  /** Why it says nothing of the target; null when it does. */
  readonly mute: Mute | null;
}

/** generator: the load was not what was asked for. load: it never began. judged: a goal could not be judged. */
export interface Mute {
  readonly kind: "generator" | "load" | "judged";
  readonly text: string;
}

/** Trials that tell whether a load holds for a goal: descents come from an overload, recoveries are short. */
export const triedFor = (goal: string, said: readonly Said[]): Tried[] =>
  said.flatMap(({ point, good }) => {
    const it = good[goal];
    const role = roles[point.purpose];
    return role === null || it === undefined ? [] : [{ value: point.value, good: it, searching: role === "searching" }];
  });

/** What a trial of each purpose is to an answer; null: nothing. A headroom trial only knows the goal of that name. */
const roles: Readonly<Record<Purpose, "searching" | "curve" | null>> = {
  probe: "searching",
  headroom: "searching",
  refine: "curve",
  recovery: null,
  descent: null,
  soak: null,
};
