/** Phases of a trial, one after the other. */
import { z } from "zod";
import { expecting, positiveDuration, rate } from "../../shared/quantity-fields.ts";
import { name, reference, whole } from "./fields.ts";

const ramp = z.strictObject({ from: rate("At the start of the phase"), to: rate("At its end") });

export const phase = z.strictObject({
  name: name("How gates and reports name it"),
  for: positiveDuration("Its length"),
  warmup: z.boolean().default(false).meta({ description: "Measured, never judged" }),
  load: z
    .strictObject({
      rate: z
        .union([rate("Constant"), ramp], expecting('a rate such as "600/s", or { from: 300/s, to: 600/s }'))
        .optional()
        .meta({ description: 'Another rate in this phase: "600/s", or { from: 300/s, to: 600/s }' }),
      connections: whole("Another number of connections in this phase", 1, 10_000).optional(),
    })
    .optional()
    .meta({ description: "What differs from the load of the scenario" }),
  faults: z
    .array(reference("A fault's name"))
    .default([])
    .meta({ description: "Faults that are applied in this phase" }),
});

export type PhaseInput = z.output<typeof phase>;
