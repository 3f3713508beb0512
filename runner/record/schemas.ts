/** Zod schemas of run.json and the journal. Unknown extra fields are let through: a newer harness of the same schema may add some. */
import { z } from "zod";
import type { JournalLine } from "./events.ts";
import type { RunFile } from "./run-file.ts";
import type { Scenario } from "./scenario.ts";
import { exactly, number, orNull, text, textMap, texts, type, whole } from "./schema-parts.ts";
import { condition, pointFields, search, searchEndFields } from "./search-schema.ts";

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
    }),
    z.object({ ...inTrial, ...type("abort"), metric: text, value: number, limit: number }),
    z.object({ ...inRun, ...type("sampler.off"), trial: orNull(whole), sampler: text, reason: text }),
    z.object({ ...inRun, ...type("warning"), trial: orNull(whole), text }),
  ]),
);

const ready = z.object({ path: orNull(text), withinMs: number, scheme: z.literal("https").optional() });

const target = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("process"),
    name: text,
    command: texts,
    cwd: text,
    env: textMap,
    build: orNull(texts),
    instances: whole,
    ready,
    restart: z.object({ delayMs: number, maxInARow: whole }),
    limits: z.object({ memory: orNull(number), cpu: orNull(number) }),
    needs: texts,
  }),
  z.object({ kind: z.literal("http"), name: text, url: text, ready, needs: texts }),
]);

const check = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("status"), codes: texts }),
  z.object({ name: text, kind: z.literal("header"), header: text, is: text }),
  z.object({ name: text, kind: z.literal("header-matches"), header: text, pattern: text, flags: text }),
  z.object({ name: text, kind: z.literal("contains"), text }),
  z.object({ name: text, kind: z.literal("matches"), pattern: text }),
  z.object({ name: text, kind: z.literal("json"), path: text, is: z.union([text, number, z.boolean(), z.null()]) }),
]);

const extract = z.discriminatedUnion("kind", [
  z.object({ name: text, kind: z.literal("json"), path: text }),
  z.object({ name: text, kind: z.literal("header"), header: text }),
  z.object({ name: text, kind: z.literal("regex"), pattern: text }),
]);

const think = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("uniform"), fromMs: number, toMs: number }),
  z.object({ kind: z.literal("exponential"), meanMs: number }),
]);

const load = z.object({
  target: text,
  engine: z.enum(["native", "autocannon", "k6"]),
  workers: whole,
  model: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("open"), rate: number, spacing: z.enum(["poisson", "even"]) }),
    z.object({ kind: z.literal("closed"), connections: whole }),
    z.object({ kind: z.literal("script") }),
  ]),
  timeoutMs: number.positive(),
  maxInFlight: whole,
  keepAlive: z.object({ maxRequests: orNull(whole), maxAgeMs: orNull(number) }),
  tls: z
    .object({
      ca: orNull(text),
      caHash: text.optional(),
      serverName: text,
      insecure: z.boolean(),
      client: z.object({ cert: text, certHash: text.optional(), key: text }).optional(),
    })
    .optional(),
  http2: z.object({ connections: orNull(whole) }).optional(),
  requests: z.array(
    z.object({
      name: text,
      method: text,
      path: text,
      headers: textMap,
      body: orNull(text),
      weight: number,
      check: z.array(check).optional(),
      extract: z.array(extract).optional(),
    }),
  ),
  flows: z
    .array(
      z.object({
        name: text,
        weight: number,
        steps: z.array(z.union([z.object({ request: text }), z.object({ think })])),
      }),
    )
    .optional(),
  think: think.optional(),
  feeds: z
    .array(
      z.object({
        name: text,
        file: text,
        order: z.enum(["sequential", "random", "perWorker"]),
        rows: whole,
        sha256: text,
      }),
    )
    .optional(),
  script: z.object({ file: text, sha256: text }).optional(),
  exact: z.boolean().optional(),
});

const hook = z.object({ command: texts, timeoutMs: number });

const setup = z.object({ load: text, phases: text, faults: text, abort: text, hooks: text });

const scenario = exactly<Scenario>()(
  z.object({
    apiVersion: z.literal("shakedown/v1"),
    name: text,
    description: text,
    file: text,
    arms: z.array(z.object({ name: text, targets: z.array(target), load, hash: text, setup: setup.optional() })),
    phases: z.array(
      z.object({
        name: text,
        durationMs: number.positive(),
        warmup: z.boolean(),
        load: orNull(
          z.discriminatedUnion("kind", [
            z.object({ kind: z.literal("open"), from: number, to: number }),
            z.object({ kind: z.literal("closed"), connections: whole }),
          ]),
        ),
        faults: texts,
      }),
    ),
    faults: z.array(
      z.object({
        name: text,
        kind: text,
        nature: z.enum(["one-shot", "lasting"]).exactOptional(),
        target: text,
        phase: text,
        atMs: number,
        forMs: orNull(number),
        recovered: orNull(condition),
        options: z.record(text, z.unknown()),
      }),
    ),
    trials: z.object({ count: whole, seed: whole, looks: z.array(whole).optional() }),
    search: search.optional(),
    gates: z.array(condition),
    claims: z.array(condition),
    abort: z.array(z.object({ metric: text, max: orNull(number), min: orNull(number), forMs: number })),
    safety: z.object({ maxTargets: number, allow: z.object({ hosts: texts }) }),
    samplers: z.object({ everyMs: number, off: texts }),
    before: z.array(hook),
    after: z.array(hook),
  }),
);

export const runFile = exactly<RunFile>()(
  z.object({
    schema: z.literal(1),
    id: text,
    scenario,
    source: text,
    zero: number,
    startedAt: text,
    order: z.array(texts),
    versions: z.object({ shakedown: text, node: text }),
    host: z.object({ platform: text, kernel: text, cpus: number, cpuModel: text, memory: number }),
    environment: textMap,
    purpose: z.enum(["aa", "confirm"]).optional(),
    command: texts,
  }),
);
