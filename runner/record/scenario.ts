/** The resolved scenario: what a YAML file means after defaults, interpolation and `--set`. Stored in run.json; reports read it. */
import { z } from "zod";
import { condition } from "./condition.ts";
import { load } from "./load-spec.ts";
import { type Infer, number, orNull, text, textMap, texts, whole } from "./schema-parts.ts";
import { search } from "./search.ts";

export type { Condition, Margin } from "./condition.ts";
export type {
  CheckSpec,
  ExtractSpec,
  FeedSpec,
  FlowSpec,
  LoadModel,
  LoadSpec,
  RequestSpec,
  ScriptSpec,
  ThinkSpec,
  TlsSpec,
} from "./load-spec.ts";

const ready = z.object({
  /** Null: ready when a connection is accepted. */
  path: orNull(text),
  withinMs: number,
  /** Left out: without TLS. */
  scheme: z.literal("https").optional(),
});
export type ReadySpec = Infer<typeof ready>;

const processTarget = z.object({
  kind: z.literal("process"),
  name: text,
  /** argv; `node` as argv[0] is already the harness's own Node, paths are absolute. */
  command: texts,
  cwd: text,
  /** Values may still hold `${targets.NAME.address|host|port}`, known only when that target is up. */
  env: textMap,
  build: orNull(texts),
  instances: whole,
  ready,
  restart: z.object({ delayMs: number, maxInARow: whole }),
  /** Bytes and cores; null is unlimited. */
  limits: z.object({ memory: orNull(number), cpu: orNull(number) }),
  /** Names of targets that its env refers to. */
  needs: texts,
});
export type ProcessTargetSpec = Infer<typeof processTarget>;

const httpTarget = z.object({ kind: z.literal("http"), name: text, url: text, ready, needs: texts });
export type HttpTargetSpec = Infer<typeof httpTarget>;
export type TargetSpec = ProcessTargetSpec | HttpTargetSpec;

/**
 * What an arm is measured under, apart from its targets: two sessions are comparable when these are alike, and may well differ in the
 * targets, which is what is compared. The first 12 hexadecimal digits of a sha256 each.
 */
const setup = z.object({
  /** Values of secret headers are no part of it: a token that was renewed measures the same. */
  load: text,
  phases: text,
  faults: text,
  abort: text,
  hooks: text,
});
export type Setup = Infer<typeof setup>;

const arm = z.object({
  name: text,
  /** In start order: dependencies first. */
  targets: z.array(z.discriminatedUnion("kind", [processTarget, httpTarget])),
  load,
  /** sha256 over what the arm measures (targets, load, phases, faults, abort, hooks); never over gates, claims, trials or texts. */
  hash: text,
  /** Left out by records of versions that did not know it. */
  setup: setup.optional(),
});
export type Arm = Infer<typeof arm>;

/** `from` equals `to` when constant. */
const phaseLoad = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open"), from: number, to: number }),
  z.object({ kind: z.literal("closed"), connections: whole }),
]);
export type PhaseLoad = Infer<typeof phaseLoad>;

const phase = z.object({
  name: text,
  durationMs: number.positive(),
  warmup: z.boolean(),
  /** Null: as the arm's load says. */
  load: orNull(phaseLoad),
  /** Names of faults, applied relative to the start of this phase. */
  faults: texts,
});
export type Phase = Infer<typeof phase>;

const fault = z.object({
  name: text,
  kind: text,
  /** As the fault's file says; where a record lacks it, `natureOf` knows. */
  nature: z.enum(["one-shot", "lasting"]).exactOptional(),
  target: text,
  phase: text,
  /** Offset from the start of its phase. */
  atMs: number,
  /** Null: until its phase ends. */
  forMs: orNull(number),
  /** What makes a bin recovered; null: the default. */
  recovered: orNull(condition),
  /** As the fault's own schema parsed them (units resolved). */
  options: z.record(text, z.unknown()),
});
export type FaultSpec = Infer<typeof fault>;

/** `looks`: blocks after which the run may end early, the last of them `count`. */
const trials = z.object({ count: whole, seed: whole, looks: z.array(whole).optional() });
export type Trials = Infer<typeof trials>;

const abortRule = z.object({ metric: text, max: orNull(number), min: orNull(number), forMs: number });
export type AbortRule = Infer<typeof abortRule>;

const hook = z.object({ command: texts, timeoutMs: number });
export type Hook = Infer<typeof hook>;

/** Lengths are milliseconds, sizes bytes, CPU in cores, rates per second, shares 0..1: units are gone once a scenario is resolved. */
export const scenario = z.object({
  apiVersion: z.literal("shakedown/v1"),
  name: text,
  description: text,
  /** Absolute path of the file it came from. */
  file: text,
  /** In declared order, each with its patch applied. */
  arms: z.array(arm),
  phases: z.array(phase),
  faults: z.array(fault),
  trials,
  /** Left out: trials are repeated, nothing is searched. */
  search: search.optional(),
  gates: z.array(condition),
  claims: z.array(condition),
  abort: z.array(abortRule),
  safety: z.object({
    /** Share of a target's instances that may be killed, paused or squeezed at one time. */
    maxTargets: number,
    allow: z.object({ hosts: texts }),
  }),
  samplers: z.object({ everyMs: number, off: texts }),
  before: z.array(hook),
  after: z.array(hook),
});
export type Scenario = Infer<typeof scenario>;
