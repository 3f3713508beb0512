/** Targets: what is tested. */
import { z } from "zod";
import { bytes, cpu, duration, positiveDuration } from "../../shared/quantity-fields.ts";
import { argv, plainText, requestPath, whole } from "./fields.ts";

const ready = z
  .strictObject({
    path: requestPath(
      "Ready when GET of this path answers 2xx or 3xx; without it, when a connection is accepted",
    ).optional(),
    scheme: z.enum(["http", "https"]).optional().meta({
      description:
        "How it is asked. Default: as load.tls or the URL say; https of another target than the load's accepts any certificate",
    }),
    within: positiveDuration("How long an instance may take to get ready").default(10_000),
  })
  .prefault({})
  .meta({ description: "When an instance counts as ready" });

const variable = z
  .string()
  .refine((it) => it !== "PORT", "PORT is given by shakedown: each instance listens on its own")
  .refine((it) => it !== "" && !/[=\0]/.test(it), "expected the name of a variable: not empty, without =");

const environment = z
  .record(
    variable,
    plainText(
      `The value; \${targets.NAME.address} is another target's address, \${env:NAME} comes from our own environment`,
    ),
  )
  .default({})
  .meta({ description: "Environment variables of its instances; PORT is added" });

const processTarget = z.strictObject({
  kind: z.literal("process"),
  command: argv("Program and arguments, without a shell; `node` is shakedown's own Node, paths are relative to cwd"),
  cwd: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Working folder, relative to the scenario file. Default: the scenario file's folder" }),
  build: argv("Run once before the first trial, in cwd").optional(),
  env: environment,
  instances: whole("How many instances stand behind its address; each gets its own PORT", 1, 200).default(1),
  ready,
  restart: z
    .strictObject({
      delay: duration("From the end of an instance to its next start").default(500),
      maxInARow: whole("Ends without ever getting ready after which it counts as a crash loop", 1, 100).default(5),
    })
    .prefault({})
    .meta({ description: "What the supervisor does when an instance ends" }),
  limits: z
    .strictObject({
      memory: bytes('Of each instance, such as "160MiB"').optional(),
      cpu: cpu('Of each instance, such as "500m" (half a core)').optional(),
    })
    .prefault({})
    .meta({
      description: "Through cgroups where they are writable; memory is emulated elsewhere, and the report says so",
    }),
});

const httpTarget = z.strictObject({
  kind: z.literal("http"),
  url: z.string().meta({
    description:
      "http(s)://host:port of a service that somebody else runs; other hosts than loopback need safety.allow.hosts",
  }),
  ready,
});

export const targetKinds = { process: processTarget, http: httpTarget } as const;

export const target = z
  .discriminatedUnion("kind", [processTarget, httpTarget])
  .meta({ description: "process: shakedown starts and supervises it. http: somebody else runs it" });

export type ProcessTargetInput = z.output<typeof processTarget>;
export type TargetInput = z.output<typeof target>;
