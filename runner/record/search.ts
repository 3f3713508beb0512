/** A search: one quantity of the load or of a target is made harder until the goals no longer hold. Stored in the resolved scenario. */
import type { Unit } from "../shared/quantities.ts";
import type { Condition } from "./condition.ts";

export interface SearchSpec {
  readonly over: Axis;
  /** In the unit of the axis. */
  readonly from: number;
  /** Never beyond this; null: no end but those of trials and time. */
  readonly to: number | null;
  /** Bounds this close, relative to each other, end the search. */
  readonly width: number;
  /** Share of bad trials that a load may have and still hold (RFC 9971: goal exceed ratio). */
  readonly exceed: number;
  /** Trials after which a load is decided in any case (RFC 9971: goal duration sum, in trials). */
  readonly repeat: number;
  /** At least one; the first is the one that is promised: it gets the descent, the soak and the headroom. */
  readonly goals: readonly SearchGoal[];
  /** Of any kind, at most. */
  readonly trials: number;
  /** No trial starts later than this after the first; null: as long as it takes. */
  readonly withinMs: number | null;
  /** Length of the soak at the answer, whole windows of the judged phases; null: none. */
  readonly soakMs: number | null;
  /** The fault under which the answer is searched again; null: none. */
  readonly headroom: Headroom | null;
  /** Requests in flight as the scenario gives them; null: room for each rate. */
  readonly maxInFlight: number | null;
}

/** `harder`: the direction in which the target has it harder. */
export interface Axis {
  readonly kind: "rate" | "parameter";
  /** As written: `load.rate`, `targets.shop.limits.memory`. */
  readonly path: string;
  readonly unit: Unit;
  readonly harder: "up" | "down";
  /** Only whole numbers are tried. */
  readonly integer?: true | undefined;
}

interface SearchGoal {
  readonly name: string;
  /** A trial is good when all of them hold. */
  readonly while: readonly Condition[];
}

interface Headroom {
  readonly fault: string;
  /** Judged over the phases of the fault. */
  readonly while: readonly Condition[];
}

/**
 * probe: a load is tried. refine: the answer itself is, for a narrower interval. recovery: after a bad trial, that the easiest load holds as before. descent: the answer after an overload.
 * soak: the answer for long. headroom: a load is tried while the fault strikes.
 */
export type Purpose = "probe" | "refine" | "recovery" | "descent" | "soak" | "headroom";

/** The goal of headroom trials. */
export const headroomGoal = "headroom";

/** What a trial of a search is to try. */
export interface Point {
  readonly purpose: Purpose;
  /** In the unit of the axis. */
  readonly value: number;
  /** The goal that asks for it; `headroom` of a headroom trial. */
  readonly goal: string;
  /** The overload that a descent comes from; null for all others. */
  readonly above: number | null;
  /** Why this one, in words. */
  readonly why: string;
  /** What was known when it was chosen, in words; empty for the first. */
  readonly known: string;
}

/**
 * Why a search ended. answered: every goal is. trials, time: its bounds are used up. generator: no harder load could be made.
 * disturbed: what else runs on the machine spoiled trial after trial. not-recovered: the target did not come back after a bad trial. not-loaded: it never got ready. not-judged: a goal can't be measured.
 */
export const searchEnds = [
  "answered",
  "trials",
  "time",
  "generator",
  "disturbed",
  "not-recovered",
  "not-loaded",
  "not-judged",
] as const;
export type SearchEnd = (typeof searchEnds)[number];

/** What comes next in a search. */
export type SearchStep =
  | { readonly kind: "point"; readonly point: Point }
  | { readonly kind: "stop"; readonly end: SearchEnd; readonly text: string };
