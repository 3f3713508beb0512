/** Zod schema of run.json. Unknown extra fields are let through, as in the journal. */
import { z } from "zod";
import type { RunFile } from "./run-file.ts";
import { scenario } from "./scenario-schema.ts";
import { exactly, number, text, textMap, texts } from "./schema-parts.ts";

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
