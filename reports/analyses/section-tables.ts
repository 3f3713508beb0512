/** Tables in the sections of a report as plain JSON. */
import { z } from "zod";
import { outcomes } from "../../runner/record/outcomes.ts";
import { count, type Infer, number, orNull, text, texts } from "../../runner/record/schema-parts.ts";

export const sectionTable = z.discriminatedUnion("kind", [
  /** The slowest requests of the judged phases, a few of each arm; of those under way at the same time only the slowest. */
  z.strictObject({
    kind: z.literal("slowest"),
    arms: z.array(
      z.strictObject({
        arm: text,
        requests: z.array(
          z.strictObject({
            trial: count,
            phase: text,
            /** ms after the phase's start at which it was due. */
            atMs: number,
            request: text,
            outcome: z.enum(outcomes),
            /** From when it was due. */
            responseMs: number,
            /** Null when nobody told who served it. */
            instance: orNull(text),
            /** What happened while it was under way, in words. */
            near: texts,
          }),
        ),
      }),
    ),
  }),
  /** Flows, each followed by its steps, in the judged phases: sums over trials, and centers over them. */
  z.strictObject({
    kind: z.literal("flows"),
    rows: z.array(
      z.strictObject({
        name: text,
        is: z.enum(["flow", "step"]),
        arms: z.array(
          z.strictObject({
            arm: text,
            due: count,
            /** Flows that the end of the load cut off; they are not among those that were due. */
            cut: count,
            /** ms; null without a value. */
            p50: orNull(number),
            p95: orNull(number),
            p99: orNull(number),
            failed: orNull(number),
          }),
        ),
      }),
    ),
  }),
  /** Answers of all phases but warm-ups that failed a check, by the first that each failed: sums over trials. */
  z.strictObject({
    kind: z.literal("checks"),
    rows: z.array(
      z.strictObject({
        request: text,
        check: text,
        arms: z.array(z.strictObject({ arm: text, count, due: count })),
      }),
    ),
  }),
  /** Share of the requests of the judged phases that each instance served: mean over trials with their range. */
  z.strictObject({
    kind: z.literal("spread"),
    arms: z.array(
      z.strictObject({
        arm: text,
        trials: count,
        /** Requests that were looked at, in all trials. */
        sampled: count,
        instances: z.array(z.strictObject({ instance: text, center: number, low: number, high: number })),
      }),
    ),
  }),
]);
export type SectionTable = Infer<typeof sectionTable>;
