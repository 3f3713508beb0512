/** Zod schema of what a search adds to judgement.json. */
import { z } from "zod";
import { pointFields, searchEnd } from "../../../runner/record/search.ts";
import { count, list, number, numberOrNull, text, textOrNull, unit } from "./parts.ts";

const marks = {
  lower: numberOrNull,
  upper: numberOrNull,
  answer: z.strictObject({ value: number, low: numberOrNull, high: numberOrNull, text }).nullable(),
};
const axis = z.strictObject({ title: text, unit });
const scaled = z.strictObject({ n: number, throughput: number });

export const searchCharts = [
  z.strictObject({
    kind: z.literal("load"),
    title: text,
    unit,
    axis,
    bound: numberOrNull,
    trials: list(z.strictObject({ value: number, y: number, good: z.boolean(), disturbed: z.boolean() })),
    ...marks,
  }),
  z.strictObject({
    kind: z.literal("chance"),
    title: text,
    axis,
    goal: number,
    points: list(
      z.strictObject({ value: number, good: count, bad: count, classified: z.enum(["lower", "upper", "undecided"]) }),
    ),
    curve: list(z.strictObject({ value: number, chance: number })),
    ...marks,
  }),
  z.strictObject({
    kind: z.literal("scalability"),
    title: text,
    runs: list(scaled),
    curve: list(scaled),
    peak: numberOrNull,
  }),
] as const;

const goal = z.strictObject({
  name: text,
  status: z.enum(["found", "at-least", "not-even", "open"]),
  value: numberOrNull,
  easiest: numberOrNull,
  hardest: numberOrNull,
  lowerBound: numberOrNull.meta({ description: "RFC 9971: relevant lower bound." }),
  upperBound: numberOrNull.meta({ description: "RFC 9971: relevant upper bound." }),
  text,
});

export const search = z
  .strictObject({
    over: z.strictObject({
      kind: z.enum(["rate", "parameter"]),
      path: text,
      unit,
      harder: z.enum(["up", "down"]),
      integer: z.literal(true).optional(),
    }),
    exceed: number,
    end: searchEnd.nullable(),
    endText: textOrNull,
    goals: list(goal),
    headroom: z.strictObject({ ...goal.shape, fault: text }).nullable(),
    recoveries: z.strictObject({ trials: count, bad: count }),
    descent: z
      .strictObject({ value: number, above: number, trials: count, good: count, hysteresis: z.boolean().nullable() })
      .nullable(),
    soak: z
      .strictObject({
        value: number,
        windows: count,
        good: count,
        lower: number,
        upper: number,
        refuted: z.boolean(),
      })
      .nullable(),
    trials: list(
      z.strictObject({
        trial: count,
        purpose: pointFields.purpose,
        value: number,
        why: text,
        good: z.record(text, z.boolean()),
        broke: z.record(text, list(text)),
        mute: textOrNull,
        disturbed: textOrNull,
      }),
    ),
  })
  .meta({ description: "What a search found, in the unit of what was searched." });
