/** run.json: written once at the start of a run. Unknown extra fields are let through, as in the journal. */
import { z } from "zod";
import { scenario } from "./scenario.ts";
import { type Infer, number, text, textMap, texts } from "./schema-parts.ts";

const hostFacts = z.object({ platform: text, kernel: text, cpus: number, cpuModel: text, memory: number });
export type HostFacts = Infer<typeof hostFacts>;

export const runFile = z.object({
  schema: z.literal(1),
  id: text,
  scenario,
  /** The scenario file's text, secrets redacted: for "reproduce". */
  source: text,
  /** Harness clock (host.clock.now) at t = 0 of the journal. */
  zero: number,
  /** UTC, ISO 8601. */
  startedAt: text,
  /** Arm names per block, as drawn from the seed. */
  order: z.array(texts),
  versions: z.object({ shakedown: text, node: text }),
  host: hostFacts,
  /** Facts that must be alike for two runs to be comparable: kernel, CPU model, confinement, versions of programs. */
  environment: textMap,
  /** Why it was run, where not to compare arms: `aa`, both arms are the baseline; `confirm`, the second session of a regression. */
  purpose: z.enum(["aa", "confirm"]).optional(),
  /** The command line, for "reproduce". */
  command: texts,
});
export type RunFile = Infer<typeof runFile>;

/** The fact of `environment` that tells what one arm was made of (--baseline-ref); all others are about the machine and its programs. */
export const baselineRefFact = "baseline ref";
