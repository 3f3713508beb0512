/** Zod schemas of conditions, and of what a search adds to a record. */
import { z } from "zod";
import { units } from "../shared/quantities.ts";
import type { Condition } from "./condition.ts";
import { exactly, number, orNull, text, whole } from "./schema-parts.ts";
import { type Point, type SearchSpec, searchEnds } from "./search.ts";

export const conditionFields = {
  name: text,
  label: orNull(text),
  metric: text,
  request: orNull(text),
  phase: orNull(text),
  fault: orNull(text),
  target: orNull(text),
  arm: orNull(text),
  versus: orNull(text),
  margin: orNull(z.object({ kind: z.enum(["relative", "absolute"]), value: number })),
  max: orNull(number),
  min: orNull(number),
  floor: number.optional(),
  better: z.enum(["lower", "higher"]).optional(),
  advisory: z.boolean(),
  source: orNull(text),
  goal: text.optional(),
  at: orNull(z.object({ line: whole.min(1), column: whole.min(1) })),
};
export const condition = exactly<Condition>()(z.object(conditionFields));

export const search = exactly<SearchSpec>()(
  z.object({
    over: z.object({
      kind: z.enum(["rate", "parameter"]),
      path: text,
      unit: z.enum(units),
      harder: z.enum(["up", "down"]),
      integer: z.literal(true).optional(),
    }),
    from: number.positive(),
    to: orNull(number.positive()),
    width: number.positive(),
    exceed: number.min(0).max(1),
    repeat: whole.positive(),
    goals: z.array(z.object({ name: text, while: z.array(condition) })),
    trials: whole,
    withinMs: orNull(number),
    soakMs: orNull(number),
    headroom: orNull(z.object({ fault: text, while: z.array(condition) })),
    maxInFlight: orNull(whole),
  }),
);

/** Of `search.point`. */
export const pointFields = {
  purpose: z.enum(["probe", "refine", "recovery", "descent", "soak", "headroom"]),
  goal: text,
  value: number,
  above: orNull(number),
  why: text,
  known: text,
};
exactly<Point>()(z.object(pointFields));

/** Of `search.end`. */
export const searchEndFields = { end: z.enum(searchEnds), text };
