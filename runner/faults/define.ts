/** Types a fault by its own schema: the options that reach it are what that schema made of the scenario. */
import type { z } from "zod";
import type { Fault } from "./fault.ts";

export function defineFault<S extends z.ZodObject>(
  fault: Omit<Fault<z.output<S>>, "options"> & { readonly options: S },
): Fault {
  return {
    ...fault,
    reach: (options, desired) => fault.reach(options as z.output<S>, desired),
    plan: (options, target, random) => fault.plan(options as z.output<S>, target, random),
  };
}
