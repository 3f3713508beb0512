/** Zod schema of the parts of a report that answer a question each: charts, tables and the timeline. */
import { z } from "zod";
import { outcomes } from "../../../runner/record/outcomes.ts";
import { change } from "./finding.ts";
import { count, list, number, numberOrNull, text, textOrNull, unit } from "./parts.ts";
import { searchCharts } from "./search.ts";

const chart = z.discriminatedUnion("kind", [
  ...searchCharts,
  z.strictObject({
    kind: z.literal("dots"),
    title: text,
    unit,
    log: z.boolean(),
    arms: list(z.strictObject({ arm: text, values: list(z.strictObject({ block: count, value: number })) })),
  }),
  z.strictObject({
    kind: z.literal("quantiles"),
    title: text,
    unit,
    quantiles: list(number),
    arms: list(z.strictObject({ arm: text, center: list(number), low: list(number), high: list(number) })),
  }),
  z.strictObject({
    kind: z.literal("shift"),
    title: text,
    arm: text,
    versus: text,
    pairs: count,
    points: list(z.strictObject({ quantile: number, change, few: z.boolean() })),
  }),
]);

const sectionTable = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("slowest"),
    arms: list(
      z.strictObject({
        arm: text,
        requests: list(
          z.strictObject({
            trial: count,
            phase: text,
            atMs: number,
            request: text,
            outcome: z.enum(outcomes),
            responseMs: number,
            instance: textOrNull,
            near: list(text),
          }),
        ),
      }),
    ),
  }),
  z.strictObject({
    kind: z.literal("flows"),
    rows: list(
      z.strictObject({
        name: text,
        is: z.enum(["flow", "step"]),
        arms: list(
          z.strictObject({
            arm: text,
            due: count,
            cut: count,
            p50: numberOrNull,
            p95: numberOrNull,
            p99: numberOrNull,
            failed: numberOrNull,
          }),
        ),
      }),
    ),
  }),
  z.strictObject({
    kind: z.literal("checks"),
    rows: list(
      z.strictObject({ request: text, check: text, arms: list(z.strictObject({ arm: text, count, due: count })) }),
    ),
  }),
  z.strictObject({
    kind: z.literal("spread"),
    arms: list(
      z.strictObject({
        arm: text,
        trials: count,
        sampled: count,
        instances: list(z.strictObject({ instance: text, center: number, low: number, high: number })),
      }),
    ),
  }),
]);

export const section = z.strictObject({
  id: z.enum(["latency", "errors", "throughput", "recovery", "scaling", "memory", "gc", "cpu", "script", "capacity"]),
  question: text,
  answer: text,
  findings: list(text),
  charts: list(chart),
  tables: list(sectionTable),
  notes: list(text),
});

export const timeline = z.strictObject({
  t: list(number),
  phases: list(z.strictObject({ name: text, start: number, end: number, warmup: z.boolean() })),
  faults: list(z.strictObject({ name: text, start: number, end: number })),
  panels: list(
    z.strictObject({
      title: text,
      unit,
      lines: list(
        z.strictObject({
          label: text,
          arm: text,
          dashed: z.boolean(),
          center: list(numberOrNull),
          low: list(numberOrNull).nullable(),
          high: list(numberOrNull).nullable(),
        }),
      ),
    }),
  ),
});
