/** The whole document: the fields at its top, and the JSON Schema that editors read. */
import { z } from "zod";
import { expecting, positiveDuration, readingInterval, share } from "../../shared/quantity-fields.ts";
import type { Registries } from "../registries.ts";
import { abortRule, claim, gate } from "./conditions.ts";
import { anyFault, faultSchema } from "./faults.ts";
import { argv, name, nameRule, reference, whole } from "./fields.ts";
import { loadSchema } from "./load.ts";
import { phase } from "./phases.ts";
import { search } from "./search.ts";
import { target } from "./targets.ts";

const named = <T extends z.ZodType>(value: T, description: string) =>
  z
    .record(z.string(), value)
    .meta({ description, propertyNames: { pattern: "^[a-z0-9][a-z0-9-]*$", description: nameRule } });

const patch = z.looseObject({});

/** A null arm changes nothing, as an empty one. */
export const arm = z
  .strictObject({
    targets: z
      .record(z.string(), patch.nullable())
      .optional()
      .meta({ description: "Fields of targets that differ; null removes a field" }),
    load: patch.optional().meta({ description: "Fields of the load that differ; null removes a field" }),
  })
  .nullable();

export const hook = z
  .union(
    [
      argv("Program and arguments"),
      z.strictObject({
        command: argv("Program and arguments, without a shell"),
        timeout: positiveDuration("After which it counts as failed").default(60_000),
      }),
    ],
    expecting("a command such as [node, seed.mjs], or { command, timeout }"),
  )
  .meta({ description: "A program run once per trial" });

const hooks = (description: string) =>
  z.array(hook, expecting("a list of commands, such as [[node, seed.mjs]]")).optional().meta({ description });

export const trials = z
  .strictObject({
    count: whole("Trials of each arm", 1, 1_000).optional(),
    looks: z
      .array(whole("Trials of each arm", 2, 1_000), expecting("a list of growing numbers, such as [6, 10, 16, 24]"))
      .min(2)
      .refine((it) => it.every((at, i) => i === 0 || at > (it[i - 1] as number)), {
        error: "expected each look later than the one before, such as [6, 10, 16, 24]",
      })
      .optional()
      .meta({
        description:
          "Instead of count: after so many trials of each arm the run may end early, when its gates are decided. Fixed before the run: the levels are spent over them",
      }),
    seed: whole("Of all that is random: the order of arms, arrivals, which instance a fault picks", 0, 2 ** 48).default(
      1,
    ),
  })
  .refine((it) => it.count === undefined || it.looks === undefined, {
    path: ["count"],
    error: "expected count or looks, found both; --trials gives a count, --set trials.looks=null takes the looks away",
  })
  .transform(({ count, looks, seed }) => ({
    count: looks?.at(-1) ?? count ?? 6,
    seed,
    ...(looks === undefined ? {} : { looks }),
  }))
  .prefault({})
  .meta({ description: "How often everything is repeated; the trial is the statistical unit" });

export const safety = z
  .strictObject({
    maxTargets: share("Share of a target's instances that faults may hit at one time").default(0.5),
    allow: z
      .strictObject({
        hosts: z
          .array(z.string().min(1))
          .default([])
          .meta({ description: "Hosts of http targets that are not on this machine" }),
      })
      .prefault({})
      .meta({ description: "What shakedown did not start and may touch all the same" }),
  })
  .prefault({})
  .meta({ description: "Limits to what an experiment may break" });

export const samplers = z
  .strictObject({
    every: readingInterval("From one reading to the next").default(100),
    off: z.array(reference("A sampler's name")).default([]).meta({ description: "Samplers to leave out" }),
  })
  .prefault({})
  .meta({ description: "What is read while the load runs" });

export const apiVersion = z.literal("shakedown/v1").meta({ description: "The version of this format" });
export const scenarioName = name("Names the folder of its results");
export const description = z.string().max(5_000).default("").meta({ description: "What is tried here, in a sentence" });

/** What depends on the registries, built once for each: zod compiles a schema at its first use, which takes longer than the use. */
export interface Schemas {
  /** Names of the fields at the top. */
  readonly fields: readonly string[];
  /** The whole with the keys that each part may have, also where an arm changes it. */
  readonly keys: z.ZodType;
  readonly load: ReturnType<typeof loadSchema>;
  /** By kind. */
  readonly faults: ReadonlyMap<string, z.ZodObject>;
}

const built = new WeakMap<Registries, Schemas>();

export function schemasOf(registries: Registries): Schemas {
  const known = built.get(registries);
  if (known !== undefined) return known;
  const whole = documentSchema(registries);
  const { load } = whole.shape;
  const changed = z.strictObject({ targets: z.record(z.string(), target), load });
  const schemas: Schemas = {
    fields: Object.keys(whole.shape),
    keys: whole.extend({ arms: z.record(z.string(), changed) }),
    load,
    faults: new Map(registries.faults.map((it) => [it.kind, faultSchema(it)])),
  };
  built.set(registries, schemas);
  return schemas;
}

/** Parts with names or items of their own are checked one by one; this is the whole for editors and for the list of fields. */
const documentSchema = ({ faults, engines }: Registries) =>
  z
    .strictObject({
      apiVersion,
      name: scenarioName,
      description,
      targets: named(target, "What is tested"),
      load: loadSchema(engines.map((it) => it.name)),
      phases: z.array(phase).min(1).meta({ description: "Phases of a trial, one after the other" }),
      faults: named(anyFault(faults), "What is broken on purpose").optional(),
      arms: named(arm, "Variants that are compared: merge patches over targets and load").optional(),
      trials,
      search: search.optional(),
      gates: z.array(gate).optional().meta({ description: "Conditions that decide" }),
      claims: z.array(claim).optional().meta({ description: "Conditions that somebody claimed" }),
      abort: z.array(abortRule).optional().meta({ description: "Bounds on the live load that end a trial" }),
      safety,
      samplers,
      before: hooks("Run when the targets are ready, before the load. One that fails ends the run, which is invalid"),
      after: hooks(
        "Run after the load, while the targets are up, also when the trial failed. One that fails is a warning: what was measured stands",
      ),
    })
    .meta({ title: "shakedown scenario, v1" });

export function jsonSchema(registries: Registries): Record<string, unknown> {
  return z.toJSONSchema(documentSchema(registries), {
    io: "input",
    // The newest that the YAML language server of editors reads in full.
    target: "draft-7",
  });
}
