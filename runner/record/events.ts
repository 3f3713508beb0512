/**
 * The journal: one line per event, append-only, valid by itself. `t` is ms on the run's monotonic clock (0 at run.start). Unknown extra
 * fields are let through: a newer harness of the same schema may add some.
 */
import { z } from "zod";
import { lostWorkerFields } from "./lost-worker.ts";
import { type Infer, number, orNull, text, texts, type, whole } from "./schema-parts.ts";
import { scriptThreshold } from "./script-threshold.ts";
import { pointFields, searchEnd } from "./search.ts";

/** Where an event belongs. Trials are numbered from 1 over the whole run; blocks from 1. */
const inRun = { v: z.literal(1), seq: whole, t: number };
const inTrial = { ...inRun, trial: whole };
const ofInstance = { ...inTrial, target: text, instance: text };
/** `instance` is the instance's id, or "link" when the fault is on the router of its target. */
const ofFault = { ...ofInstance, fault: text };

export const runStatus = z.enum(["completed", "interrupted", "failed"]);
export type RunStatus = Infer<typeof runStatus>;

/** failed: the arm could not do its job (never ready, crash loop, aborted). broken: the harness could not (worker died, fault not revertible). */
const trialOutcome = z.enum(["ok", "failed", "broken", "interrupted"]);
export type TrialOutcome = Infer<typeof trialOutcome>;

const stamp = z.enum(["intended", "sent", "end"]);
export type Stamp = Infer<typeof stamp>;

/** Proof at the mechanism that a fault landed. Grades as in the OOM evidence: A the kernel's own word, B a status, C circumstantial. */
const evidence = z.object({ grade: z.enum(["A", "B", "C"]), text });
export type Evidence = Infer<typeof evidence>;

export const journalLine = z.discriminatedUnion("type", [
  z.object({ ...inRun, ...type("run.start"), run: text, at: text }),
  z.object({ ...inRun, ...type("run.resume"), run: text, at: text, zero: number }),
  z.object({
    ...inRun,
    ...type("run.end"),
    status: runStatus,
    reason: orNull(text),
  }),
  z.object({ ...inRun, ...type("block.start"), block: whole, order: texts }),
  z.object({ ...inRun, ...type("block.end"), block: whole }),
  // A registered look at what there is; no verdict is told between looks.
  z.object({ ...inRun, ...type("look"), look: whole, blocks: whole, decision: z.enum(["more", "stop"]) }),
  // What a trial of a search tries, and why a search ended.
  z.object({ ...inTrial, ...type("search.point"), ...pointFields }),
  z.object({ ...inRun, ...type("search.end"), end: searchEnd, text }),
  z.object({ ...inTrial, ...type("trial.start"), block: whole, arm: text, dir: text }),
  z.object({
    ...inTrial,
    ...type("trial.end"),
    outcome: trialOutcome,
    reason: orNull(text),
  }),
  z.object({ ...inTrial, ...type("hook"), when: z.enum(["before", "after"]), command: texts, exit: orNull(whole) }),
  // Phase times are the schedule the workers follow: `start` is when load of this phase was due, ms on the run clock.
  z.object({
    ...inTrial,
    ...type("phase"),
    phase: text,
    start: number,
    end: number,
    // Of a search: the declared phase that it stands for, that it is not judged, its rate, and which window of a soak it is of.
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
  // The router: which client ports (of a worker or another target) went to which instances since it last told.
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
  z.object({ ...ofFault, ...type("fault.acknowledged"), evidence }),
  z.object({ ...ofFault, ...type("fault.not-landed"), reason: text }),
  z.object({ ...ofFault, ...type("fault.reverting") }),
  z.object({ ...ofFault, ...type("fault.reverted") }),
  z.object({ ...ofFault, ...type("fault.unreverted"), reason: text, mend: text }),
  z.object({ ...ofFault, ...type("fault.released") }),
  z.object({
    ...inTrial,
    ...type("load.ready"),
    workers: whole,
    stamp,
    binMs: number.positive(),
    histogramError: number,
    cores: whole.exactOptional(),
    warmedUp: whole.exactOptional(),
    lacks: texts,
  }),
  z.object({ ...inTrial, ...type("load.lost"), ...lostWorkerFields }),
  // The service does not speak as the load does (a certificate, a protocol); once for each reason, at first sight.
  z.object({ ...inTrial, ...type("load.trouble"), target: text, reason: text }),
  // `lacks` as in load.ready, for what was only known at the end; the skew between workers that do not begin by the clock.
  z.object({
    ...inTrial,
    ...type("load.done"),
    totals: z.record(text, number),
    lacks: texts.exactOptional(),
    startSkewMs: number.exactOptional(),
    /** What load.trouble told, and how often it kept a connection or a request from the service. */
    troubles: z.array(z.object({ reason: text, count: whole })).exactOptional(),
    thresholds: z.array(scriptThreshold).exactOptional(),
  }),
  z.object({ ...inTrial, ...type("abort"), metric: text, value: number, limit: number }),
  z.object({ ...inRun, ...type("sampler.off"), trial: orNull(whole), sampler: text, reason: text }),
  z.object({ ...inRun, ...type("warning"), trial: orNull(whole), text }),
]);

/** An event as it stands in journal.ndjson. */
export type JournalLine = Infer<typeof journalLine>;

export type Event = JournalLine extends infer Line
  ? Line extends JournalLine
    ? Omit<Line, keyof typeof inRun>
    : never
  : never;
