/** Zod schema of judgement.json, for whoever reads it: the same shape as the type, which the test holds. */
import { z } from "zod";
import { outcomes } from "../../runner/record/load-lines.ts";
import { search, searchCharts } from "./search/schema.ts";

const text = z.string();
const number = z.number();
const count = z.int().min(0);
const textOrNull = text.nullable();
const numberOrNull = number.nullable();
const unit = z.enum(["ms", "ratio", "1/s", "bytes", "bytes/s", "count", "cores"]);
const verdict = z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]);
const list = <S extends z.ZodType>(item: S) => z.array(item);

const condition = z
  .strictObject({
    name: text,
    label: textOrNull,
    metric: text,
    request: textOrNull,
    phase: textOrNull,
    fault: textOrNull,
    target: textOrNull,
    arm: textOrNull,
    versus: textOrNull,
    margin: z.strictObject({ kind: z.enum(["relative", "absolute"]), value: number }).nullable(),
    max: numberOrNull,
    min: numberOrNull,
    floor: number.optional(),
    better: z.enum(["lower", "higher"]).optional(),
    advisory: z.boolean(),
    source: textOrNull,
    at: z.strictObject({ line: count, column: count }).nullable(),
  })
  .meta({ id: "condition", description: "As the scenario declares it, units resolved: ms, bytes, ratios of 1." });

const estimate = z
  .strictObject({ value: number, lower: number, upper: number, n: count })
  .meta({ id: "estimate", description: "Center of the trials with two-sided bounds, in the metric's unit." });

const change = z
  .strictObject({ scale: z.enum(["ratio", "difference"]), estimate: number, lower: number, upper: number })
  .meta({
    id: "change",
    description: "ratio: candidate / baseline - 1; difference: in the metric's unit. Positive: a larger value.",
  });

const finding = z.strictObject({
  id: text,
  title: text,
  where: text,
  condition,
  metric: z.strictObject({
    name: text,
    title: text,
    unit,
    better: z.enum(["lower", "higher"]),
    scale: z.enum(["ratio", "difference"]),
    kind: z.enum([
      "latency",
      "throughput",
      "cpu",
      "errors",
      "recovery",
      "share",
      "memory",
      "slope",
      "count",
      "scaling",
      "gc",
      "script",
    ]),
  }),
  arm: text,
  versus: textOrNull,
  control: z.enum(["interleaved", "bridged", "unbridged"]).nullable().meta({
    description: "How drift between the two sides is controlled; null for absolute conditions.",
  }),
  verdict,
  advisory: z.boolean(),
  baseline: estimate.nullable(),
  candidate: estimate.nullable(),
  change: change.nullable(),
  robust: change.nullable().meta({
    description: "The change by Hodges-Lehmann with a Walsh interval at the same levels; it decides nothing.",
  }),
  bound: z.strictObject({ kind: z.enum(["margin", "max", "min"]), value: number, relative: z.boolean() }),
  p: z.strictObject({ raw: number, adjusted: number }).nullable(),
  method: text,
  pairs: count,
  pairsNeeded: count.nullable().meta({ description: "In all, those done included." }),
  mde: numberOrNull.meta({
    description:
      "Minimum detectable effect at the level of passing, 80 % power: the smallest margin that passes without a change, as change; of a bound how far inside of it a value passes, in the metric's unit.",
  }),
  mdeFail: numberOrNull.meta({
    description:
      "The same at the level of failing: the smallest true worsening that is called regressed, at Holm's strictest level and estimated at the margin or more; of a bound how far beyond it a value fails.",
  }),
  a12: numberOrNull.meta({ description: "Probability that a trial of the arm is worse than one of the other." }),
  trials: list(
    z.strictObject({
      trial: count,
      block: count,
      arm: text,
      value: numberOrNull,
      worst: z.boolean(),
      note: textOrNull,
    }),
  ),
  tags: list(text),
  warnings: list(text),
  because: text,
  wouldChange: text,
});

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

const section = z.strictObject({
  id: z.enum(["latency", "errors", "throughput", "recovery", "scaling", "memory", "gc", "cpu", "script", "capacity"]),
  question: text,
  answer: text,
  findings: list(text),
  charts: list(chart),
  tables: list(sectionTable),
  notes: list(text),
});

const timeline = z.strictObject({
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

export const judgementSchema = z.strictObject({
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
});

/** JSON Schema of judgement.json, as `templates/judgement.schema.json` holds it. */
export const judgementJsonSchema = (): string => jsonSchemaText("shakedown judgement", judgementSchema, "output");

/** Formatted as the repository's formatter does. */
export function jsonSchemaText(title: string, schema: z.ZodType, io: "input" | "output"): string {
  const spread = JSON.stringify({ title, ...z.toJSONSchema(schema, { io }) }, null, 2);
  const short = spread.replaceAll(/(?<=: -?\d)e\+/g, "e");
  return `${short.replaceAll(/^.*\[\n(?: +"[^"\n]*",?\n)+ *\],?$/gm, oneLine)}\n`;
}

const WIDTH = 120;
function oneLine(words: string): string {
  const line = words.replaceAll(/\n */g, " ").replace("[ ", "[").replace(" ]", "]");
  return line.length <= WIDTH ? line : words;
}
