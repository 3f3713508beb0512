/** The lines of `<host-class>.ndjson`: a session each night, second sessions that confirm, changes of level, and what people decided of them. */
import { z } from "zod";
import { units } from "../../runner/shared/quantities.ts";

const digest = z.string().regex(/^[0-9a-f]+$/);
const text = z.string();
/** Far beyond whatever is measured, and far from where squares and ratios of it overflow. */
const number = z.number().min(-1e18).max(1e18);
/** Only values: differences of them may come out as small as rounding makes them. */
const value = number.refine((it) => it === 0 || Math.abs(it) >= 1e-100, "closer to zero than anything measured");
/** Of a logarithm: a factor of 10^43. */
const LARGEST_LOG = 100;

/** What one arm of a session measured of one condition. */
const plainMetric = z.object({
  /** As `conditionKey`, of the place in its shortest form. */
  key: text,
  arm: text,
  unit: z.enum(units),
  better: z.enum(["lower", "higher"]),
  scale: z.enum(["ratio", "difference"]),
  /** Over the trials that have a value of their own, in the unit; null where none has. */
  center: value.nullable(),
  low: value.nullable(),
  high: value.nullable(),
  n: z.int().min(0),
  /** Trials that failed, or were not over in time: they have no value of their own, and are worse than any. */
  worst: z.int().min(0),
  /** Why there is no value. */
  absent: text.optional(),
  /** Against the session's `versus` arm, over the pairs of its blocks: a logarithm on the ratio scale, else in the unit. */
  ratio: z
    .object({
      estimate: number,
      /** Standard error; null for one pair. */ se: number.nullable(),
      pairs: z.int().min(1),
    })
    .optional(),
});

const metric = plainMetric.superRefine(({ scale, ratio }, context) => {
  if (scale !== "ratio" || ratio === undefined) return;
  for (const field of ["estimate", "se"] as const)
    if (Math.abs(ratio[field] ?? 0) > LARGEST_LOG)
      context.addIssue({
        ...{ code: "custom", path: ["ratio", field] },
        message: `a logarithm beyond ±${LARGEST_LOG}: no factor is that large`,
      });
});

const session = z.object({
  v: z.literal(1),
  type: z.enum(["session", "confirmation"]),
  run: text,
  /** UTC, ISO 8601: when the run began. */
  at: text,
  seed: z.int(),
  /** Of the repository that the scenario lies in, when the run began; null outside of one. */
  commit: digest.nullable(),
  /** Tracked files differed from that commit. */
  dirty: z.boolean(),
  /** The version tag at that commit. */
  release: text.nullable(),
  shakedown: text,
  host: z.object({ platform: text, kernel: text, cpus: number, cpuModel: text, memory: number }),
  verdict: z.enum(["pass", "regressed", "failed", "inconclusive", "invalid"]),
  /** Of report.html, relative to the folder of this file, with `/`. */
  report: text,
  /** `hash` of all that the arm measures, `setup` of what it measures under: nights with another setup can't be compared. */
  arms: z.array(z.object({ name: text, hash: text, setup: text })),
  /** The arm that all others are held against; `ref` says which commit or tag it was made of, if another. */
  versus: z.object({ arm: text, hash: text, ref: text.nullable() }).nullable(),
  metrics: z.array(metric),
});

const change = z.object({
  v: z.literal(1),
  type: z.literal("change"),
  id: text,
  /** Id of the series. */
  series: text,
  /** Of the first night at the new level. */
  run: text,
  /** First nights at the new level that are as likely, 95 %. */
  first: text,
  last: text,
  by: z.enum(["detector", "confirmation", "operator"]),
  /** The latest night that was known then, or the session that confirmed. */
  found: text,
  p: number.nullable(),
  blockLength: z.int().nullable(),
});

const decision = z.object({
  v: z.literal(1),
  type: z.literal("decision"),
  /** Of a change or of a suspicion. */
  id: text,
  series: text,
  run: text,
  decision: z.enum(["accepted", "rejected"]),
  at: text,
});

const line = z.discriminatedUnion("type", [session, change, decision]);

export type HistoryLine = z.output<typeof line>;
export type SessionLine = z.output<typeof session>;
export type MetricLine = z.output<typeof metric>;
export type ChangeLine = z.output<typeof change>;
export type DecisionLine = z.output<typeof decision>;

export interface History {
  readonly lines: readonly HistoryLine[];
  /** Lines that could not be read, in words; they stay in the file. */
  readonly problems: readonly string[];
}

/** Never throws. A last line without its end that can't be read was cut off while it was written: it is left out like the others. */
export function readHistory(content: string): History {
  const rows = content.split("\n");
  const lines: HistoryLine[] = [];
  const problems: string[] = [];
  for (const [i, row] of rows.entries()) {
    if (row.trim() === "") continue;
    const raw = parsed(row);
    const known = line.safeParse(raw);
    if (known.success) lines.push(known.data);
    else if (i === rows.length - 1)
      problems.push(`line ${i + 1} is cut off: it was being written, or its disk was full`);
    else if (isNewer(raw)) problems.push(`line ${i + 1} was written by a newer version of shakedown`);
    else problems.push(`line ${i + 1} can't be read: ${reasonOf(raw, known.error)}`);
  }
  return { lines, problems };
}

function parsed(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return undefined;
  }
}

const isNewer = (raw: unknown): boolean => (z.object({ v: z.int() }).safeParse(raw).data?.v ?? 0) > 1;

function reasonOf(raw: unknown, error: z.ZodError): string {
  if (raw === undefined) return "it is no JSON";
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "the line"}: ${issue?.message ?? "unreadable"}`;
}
