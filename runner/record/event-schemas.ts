/** Zod schemas of the journal. Unknown extra fields are let through: a newer harness of the same schema may add some. */
import { z } from "zod";
import type { JournalLine } from "./events.ts";
import { exactly, number, orNull, text, texts, type, whole } from "./schema-parts.ts";
import { pointFields, searchEndFields } from "./search-schema.ts";

const inTrial = { v: z.literal(1), seq: whole, t: number, trial: whole };
const inRun = { v: z.literal(1), seq: whole, t: number };
const ofInstance = { ...inTrial, target: text, instance: text };
const ofFault = { ...ofInstance, fault: text };
const ofLost = {
  worker: whole,
  reason: text,
  toldMs: number.exactOptional(),
  due: whole.exactOptional(),
  told: whole.exactOptional(),
};

export const journalLine = exactly<JournalLine>()(
  z.discriminatedUnion("type", [
    z.object({ ...inRun, ...type("run.start"), run: text, at: text }),
    z.object({ ...inRun, ...type("run.resume"), run: text, at: text, zero: number }),
    z.object({
      ...inRun,
      ...type("run.end"),
      status: z.enum(["completed", "interrupted", "failed"]),
      reason: orNull(text),
    }),
    z.object({ ...inRun, ...type("block.start"), block: whole, order: texts }),
    z.object({ ...inRun, ...type("block.end"), block: whole }),
    z.object({ ...inRun, ...type("look"), look: whole, blocks: whole, decision: z.enum(["more", "stop"]) }),
    z.object({ ...inTrial, ...type("search.point"), ...pointFields }),
    z.object({ ...inRun, ...type("search.end"), ...searchEndFields }),
    z.object({ ...inTrial, ...type("trial.start"), block: whole, arm: text, dir: text }),
    z.object({
      ...inTrial,
      ...type("trial.end"),
      outcome: z.enum(["ok", "failed", "broken", "interrupted"]),
      reason: orNull(text),
    }),
    z.object({ ...inTrial, ...type("hook"), when: z.enum(["before", "after"]), command: texts, exit: orNull(whole) }),
    z.object({
      ...inTrial,
      ...type("phase"),
      phase: text,
      start: number,
      end: number,
      of: text.exactOptional(),
      warmup: z.literal(true).exactOptional(),
      rate: number.exactOptional(),
      window: whole.exactOptional(),
    }),
    z.object({
      ...inTrial,
      ...type("target.ready"),
      target: text,
      host: text,
      port: whole,
      instances: whole,
      confinement: z.enum(["cgroup-v1", "cgroup-v2", "emulated", "none"]),
    }),
    z.object({ ...ofInstance, ...type("instance.start"), pid: whole, port: whole, again: z.boolean() }),
    z.object({ ...ofInstance, ...type("instance.ready") }),
    z.object({ ...ofInstance, ...type("instance.unready") }),
    z.object({
      ...ofInstance,
      ...type("instance.exit"),
      pid: whole,
      code: orNull(whole),
      signal: orNull(text),
      output: text,
    }),
    z.object({ ...ofInstance, ...type("instance.gave-up"), reason: text }),
    z.object({
      ...inTrial,
      ...type("connections"),
      target: text,
      list: z.array(z.object({ client: whole, instance: text })),
    }),
    z.object({ ...inTrial, ...type("fault.skipped"), fault: text, reason: text }),
    z.object({ ...inTrial, ...type("fault.slow"), fault: text, slowUs: number }),
    z.object({ ...ofFault, ...type("fault.intent"), does: text, undo: text }),
    z.object({ ...ofFault, ...type("fault.leased"), lease: text }),
    z.object({ ...ofFault, ...type("fault.applied") }),
    z.object({
      ...ofFault,
      ...type("fault.acknowledged"),
      evidence: z.object({ grade: z.enum(["A", "B", "C"]), text }),
    }),
    z.object({ ...ofFault, ...type("fault.not-landed"), reason: text }),
    z.object({ ...ofFault, ...type("fault.reverting") }),
    z.object({ ...ofFault, ...type("fault.reverted") }),
    z.object({ ...ofFault, ...type("fault.unreverted"), reason: text, mend: text }),
    z.object({ ...ofFault, ...type("fault.released") }),
    z.object({
      ...inTrial,
      ...type("load.ready"),
      workers: whole,
      stamp: z.enum(["intended", "sent", "end"]),
      binMs: number.positive(),
      histogramError: number,
      cores: whole.exactOptional(),
      lacks: texts,
    }),
    z.object({ ...inTrial, ...type("load.lost"), ...ofLost }),
    z.object({ ...inTrial, ...type("load.trouble"), target: text, reason: text }),
    z.object({
      ...inTrial,
      ...type("load.done"),
      totals: z.record(text, number),
      lacks: texts.exactOptional(),
      startSkewMs: number.exactOptional(),
      troubles: z.array(z.object({ reason: text, count: whole })).exactOptional(),
      thresholds: z
        .array(z.object({ expression: text, met: orNull(z.boolean()), found: z.union([number, text]) }))
        .exactOptional(),
    }),
    z.object({ ...inTrial, ...type("abort"), metric: text, value: number, limit: number }),
    z.object({ ...inRun, ...type("sampler.off"), trial: orNull(whole), sampler: text, reason: text }),
    z.object({ ...inRun, ...type("warning"), trial: orNull(whole), text }),
  ]),
);
