/** Faults: each kind's own options from its file, with what all of them have. */
import { z } from "zod";
import type { Fault } from "../../faults/fault.ts";
import { duration, positiveDuration } from "../../shared/quantity-fields.ts";
import { recovered } from "./conditions.ts";
import { reference } from "./fields.ts";

const common = {
  target: reference("The target that is hit"),
  at: duration("From the start of its phase to the fault").default(0),
  for: positiveDuration("How long it lasts. Default: to the end of its phase").optional(),
  recovered: recovered.optional(),
};

export const faultSchema = (fault: Fault) =>
  fault.options.safeExtend({ kind: z.literal(fault.kind), ...common }).meta({ description: fault.help });

/** Of all kinds, for the JSON Schema. */
export const anyFault = (faults: readonly Fault[]) => {
  const [first, ...rest] = faults.map(faultSchema);
  return first === undefined ? z.never() : z.discriminatedUnion("kind", [first, ...rest]);
};

const commonFields = z.object({ ...common, kind: z.string() });
type FaultCommon = z.output<typeof commonFields>;
/** What the fault's own schema made of its own fields. */
export type FaultInput = FaultCommon & { readonly options: Readonly<Record<string, unknown>> };

export function splitOptions(parsed: Readonly<Record<string, unknown>>): FaultInput {
  const {
    kind,
    target,
    at,
    for: length,
    recovered: rule,
    ...options
  } = parsed as FaultCommon & Record<string, unknown>;
  return {
    kind,
    target,
    at,
    ...(length === undefined ? {} : { for: length }),
    ...(rule === undefined ? {} : { recovered: rule }),
    options,
  };
}
