/** A search: one quantity of the load or of a target is made harder until the goals no longer hold. Stored in the resolved scenario. */
import { z } from "zod";
import { condition } from "./condition.ts";
import { type Infer, number, orNull, text, unit, whole } from "./schema-parts.ts";

export const axis = z.object({
  kind: z.enum(["rate", "parameter"]),
  /** As written: `load.rate`, `targets.shop.limits.memory`. */
  path: text,
  unit,
  /** The direction in which the target has it harder. */
  harder: z.enum(["up", "down"]),
  /** Only whole numbers are tried. */
  integer: z.literal(true).optional(),
});
export type Axis = Infer<typeof axis>;

export const search = z.object({
  over: axis,
  /** In the unit of the axis. */
  from: number.positive(),
  /** Never beyond this; null: no end but those of trials and time. */
  to: orNull(number.positive()),
  /** Bounds this close, relative to each other, end the search. */
  width: number.positive(),
  /** Share of bad trials that a load may have and still hold (RFC 9971: goal exceed ratio). */
  exceed: number.min(0).max(1),
  /** Trials after which a load is decided in any case (RFC 9971: goal duration sum, in trials). */
  repeat: whole.positive(),
  /**
   * At least one; the first is the one that is promised: it gets the descent, the soak and the headroom. A trial is good when all
   * conditions of a goal hold.
   */
  goals: z.array(z.object({ name: text, while: z.array(condition) })),
  /** Of any kind, at most. */
  trials: whole,
  /** No trial starts later than this after the first; null: as long as it takes. */
  withinMs: orNull(number),
  /** Length of the soak at the answer, whole windows of the judged phases; null: none. */
  soakMs: orNull(number),
  /** The fault under which the answer is searched again, judged over the phases of the fault; null: none. */
  headroom: orNull(z.object({ fault: text, while: z.array(condition) })),
  /** Requests in flight as the scenario gives them; null: room for each rate. */
  maxInFlight: orNull(whole),
});
export type SearchSpec = Infer<typeof search>;

/** The goal of headroom trials. */
export const headroomGoal = "headroom";

/** What a trial of a search is to try. */
export const pointFields = {
  /**
   * probe: a load is tried. refine: the answer itself is, for a narrower interval. recovery: after a bad trial, that the easiest load holds as before. descent: the answer after an overload.
   * soak: the answer for long. headroom: a load is tried while the fault strikes.
   */
  purpose: z.enum(["probe", "refine", "recovery", "descent", "soak", "headroom"]),
  /** The goal that asks for it; `headroom` of a headroom trial. */
  goal: text,
  /** In the unit of the axis. */
  value: number,
  /** The overload that a descent comes from; null for all others. */
  above: orNull(number),
  /** Why this one, in words. */
  why: text,
  /** What was known when it was chosen, in words; empty for the first. */
  known: text,
};
const point = z.object(pointFields);
export type Point = Infer<typeof point>;
export type Purpose = Point["purpose"];

/**
 * Why a search ended. answered: every goal is. trials, time: its bounds are used up. generator: no harder load could be made.
 * disturbed: what else runs on the machine spoiled trial after trial. not-recovered: the target did not come back after a bad trial. not-loaded: it never got ready. not-judged: a goal can't be measured.
 */
export const searchEnd = z.enum([
  "answered",
  "trials",
  "time",
  "generator",
  "disturbed",
  "not-recovered",
  "not-loaded",
  "not-judged",
]);
export type SearchEnd = Infer<typeof searchEnd>;

/** What comes next in a search. */
export type SearchStep =
  | { readonly kind: "point"; readonly point: Point }
  | { readonly kind: "stop"; readonly end: SearchEnd; readonly text: string };
