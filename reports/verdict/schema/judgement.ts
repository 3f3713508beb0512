/** Zod schema of judgement.json, for whoever reads it: the same shape as the type, which the compiler holds. */
import { z } from "zod";
import type { Judgement } from "../judgement.ts";
import { finding, verdict } from "./finding.ts";
import { jsonSchemaText } from "./json-schema.ts";
import { count, exactly, list, number, numberOrNull, text, textOrNull, unit } from "./parts.ts";
import { search } from "./search.ts";
import { section, timeline } from "./sections.ts";

const check = z.strictObject({
  status: z.enum(["ok", "warning", "invalid"]),
  title: text,
  text,
  inconclusive: z.literal(true).exactOptional(),
  workers: list(
    z.strictObject({
      worker: count,
      cpu: numberOrNull,
      loopP99: numberOrNull,
      lagP50: numberOrNull,
      lagP99: numberOrNull,
      inFlight: numberOrNull,
      connections: numberOrNull,
      descriptors: numberOrNull,
      descriptorLimit: numberOrNull,
      rss: numberOrNull,
    }),
  )
    .exactOptional()
    .meta({
      description: "Each load worker by itself, its worst trial: ms, cores, bytes; only where there are several.",
    }),
});
const span = z.strictObject({ start: number, end: number }).meta({ id: "span" });

const fault = z.strictObject({
  name: text,
  kind: text,
  target: text,
  phase: text,
  grade: z.enum(["A", "B", "C"]).nullable(),
  arms: list(
    z.strictObject({
      arm: text,
      trials: count,
      landed: count,
      felt: count,
      absorbed: count,
      skipped: count,
      reverted: count,
      requested: span.nullable(),
      acknowledged: span.nullable(),
      observed: span.nullable(),
      recoveryMs: z.strictObject({ median: numberOrNull, censored: count }).nullable(),
    }),
  ),
  proofs: list(text),
});

export const judgementSchema = exactly<Judgement>()(
  z.strictObject({
    schema: z.literal(1),
    run: z.strictObject({
      id: text,
      scenario: text,
      description: text,
      startedAt: text,
      durationMs: number,
      seed: number,
      status: z.enum(["completed", "interrupted", "failed"]),
      statusReason: textOrNull,
      arms: list(text),
      blocks: z.strictObject({ planned: count, done: count }),
      postHoc: z.boolean(),
      shakedown: text,
    }),
    verdict,
    headline: text,
    reasons: list(text),
    gates: list(finding),
    claims: list(
      z.strictObject({
        ...finding.shape,
        claim: z.enum(["supported", "refuted", "inconclusive", "not-testable"]),
        source: text,
      }),
    ),
    against: z
      .strictObject({ run: text, arm: text, measuredAt: text, trials: count, bridged: z.boolean() })
      .nullable()
      .meta({ description: "The stored session that stands in for an arm that this run does not have." }),
    trust: list(check),
    faults: list(fault),
    sections: list(section),
    timeline: timeline.nullable(),
    table: list(
      z.strictObject({
        metric: text,
        title: text,
        where: text,
        unit,
        cells: list(
          z.strictObject({
            arm: text,
            center: numberOrNull,
            low: numberOrNull,
            high: numberOrNull,
            n: count,
            absent: textOrNull,
          }),
        ),
      }),
    ),
    environment: list(z.strictObject({ name: text, value: text, differs: textOrNull })),
    reproduce: z.strictObject({ commands: list(text), source: text }),
    errorRate: text,
    falseAlarms: z.strictObject({
      promised: numberOrNull.meta({ description: "Share of runs; null when no gate compares." }),
      measured: z
        .strictObject({
          sessions: count,
          falseAlarms: count,
          interval: z.strictObject({ lower: number, upper: number }),
          relabelled: numberOrNull,
        })
        .nullable()
        .meta({ description: "By A/A sessions of the same baseline on the same class of host; null without any." }),
      text,
    }),
    how: list(z.strictObject({ term: text, text })),
    next: textOrNull,
    search: search.exactOptional(),
  }),
);

/** JSON Schema of judgement.json, as `templates/judgement.schema.json` holds it. */
export const judgementJsonSchema = (): string => jsonSchemaText("shakedown judgement", judgementSchema, "output");
