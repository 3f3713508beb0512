/** `<scenario>.baseline.json`: what one session measured of one arm, kept beside the scenario and reviewed like code. */
import { z } from "zod";
import type { Condition } from "../../runner/record/scenario.ts";

export const BASELINE_SCHEMA = 1;

/** One trial's value: a number, null where it was not measured, `worst` for a trial that failed, `>=4000` for what was not over by then. */
const value = z.union([z.number(), z.null(), z.string().regex(/^(worst|>=\d[\d.e+-]*)$/)]);

const sample = z.strictObject({
  metric: z.string(),
  request: z.string().optional(),
  phase: z.string().optional(),
  fault: z.string().optional(),
  target: z.string().optional(),
  unit: z.string(),
  /** One for each of `trials`, in their order. */
  values: z.array(value).optional(),
  /** Of the arm named reference in the same blocks. */
  reference: z.array(value).optional(),
  /** Why there are no values. */
  absent: z.string().optional(),
});

export const storedBaseline = z.strictObject({
  schema: z.literal(BASELINE_SCHEMA),
  scenario: z.string(),
  arm: z.string(),
  run: z.string(),
  /** UTC, ISO 8601: when that run began. */
  measuredAt: z.iso.datetime(),
  verdict: z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]),
  /** It was accepted although its run did not allow it. */
  forced: z.boolean(),
  versions: z.strictObject({ shakedown: z.string(), node: z.string() }),
  /** Of the arm, targets included: these may well differ from what is compared. */
  hash: z.string(),
  /** What it was measured under, which may not differ. */
  setup: z.strictObject({
    load: z.string(),
    phases: z.string(),
    faults: z.string(),
    abort: z.string(),
    hooks: z.string(),
  }),
  /** Hash of the arm named reference; null when the run had none. */
  reference: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  trials: z.array(
    z.strictObject({
      trial: z.int().min(1),
      block: z.int().min(1),
      outcome: z.enum(["ok", "failed"]),
      reason: z.string().optional(),
    }),
  ),
  samples: z.array(sample),
});

export type StoredBaseline = z.output<typeof storedBaseline>;
export type StoredSample = StoredBaseline["samples"][number];
export type StoredValue = z.output<typeof value>;

/** What is measured where, as a sample names it: parts that are null are left out. */
export type Place = Pick<Condition, "metric" | "request" | "phase" | "fault" | "target">;

/** One line for each trial and each sample, so that a review shows what changed; the same baseline gives the same bytes. */
export function serialize({ trials, samples, ...head }: StoredBaseline): string {
  const opened = JSON.stringify(head, null, 2).slice(0, -2);
  const lines = (items: readonly unknown[]): string =>
    items.length === 0 ? "[]" : `[\n${items.map((it) => `    ${inOneLine(it)}`).join(",\n")}\n  ]`;
  return `${opened},\n  "trials": ${lines(trials)},\n  "samples": ${lines(samples)}\n}\n`;
}

/** Newlines inside of texts are escaped in JSON: those that are left are layout. */
const inOneLine = (value: unknown): string =>
  JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ").replaceAll("[ ", "[").replaceAll(" ]", "]");
