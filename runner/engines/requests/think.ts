/** How long a user thinks. */
import type { ThinkSpec } from "../../record/scenario.ts";
import type { Random } from "../../shared/random.ts";

/** ms */
export const thinkMs = (think: ThinkSpec, random: Random): number =>
  think.kind === "uniform"
    ? think.fromMs + (think.toMs - think.fromMs) * random()
    : -Math.log(1 - random()) * think.meanMs;
