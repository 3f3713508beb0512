/** Load: which requests, how often, by which engine. */
import { z } from "zod";
import { isFeedName } from "../../engines/requests/feed-file.ts";
import type { LoadSpec } from "../../record/scenario.ts";
import { expecting, positiveDuration, rate } from "../../shared/quantity-fields.ts";
import { name, plainText, reference, whole } from "./fields.ts";
import { think } from "./flow.ts";
import { request } from "./request.ts";
import { transportFields } from "./transport.ts";

const feed = z.strictObject({
  file: plainText("Rows: CSV with a header line (.csv), or JSON lines (.jsonl); relative to the scenario").refine(
    isFeedName,
    "expected a file named .csv, .jsonl or .ndjson",
  ),
  order: z.enum(["sequential", "random", "perWorker"]).default("sequential").meta({
    description:
      "sequential: all workers together go through the rows, again and again. perWorker: each worker goes through all of them. random: any",
  }),
});

const feeds = z.record(name("Name of a feed"), feed).default({}).meta({
  description: `Files that fill in \${feed.NAME.COLUMN} in a request's path, headers and body: a new row for each request`,
});

/** `engines` are the names that work here. */
export const loadSchema = (engines: readonly LoadSpec["engine"][]) =>
  z
    .strictObject({
      target: reference("The target that requests go to"),
      engine: z.enum(engines).default("native").meta({ description: "Who sends" }),
      rate: rate('Open model: requests are due at this rate however slow the answers are, such as "300/s"').optional(),
      connections: whole("Closed model: each connection sends when its last answer came", 1, 10_000).optional(),
      spacing: z.enum(["poisson", "even"]).optional().meta({
        description:
          "Of an open model. poisson: as from independent users (the default). even: like a metronome (all that k6 can)",
      }),
      timeout: positiveDuration("After which a request counts as failed").default(2_000),
      requests: z
        .array(request, expecting("a list of requests, such as [{ name: main, get: / }]"))
        .min(1)
        .optional()
        .meta({ description: "What is sent, in the proportion of the weights; not where a script does it" }),
      script: plainText(
        "A k6 script or archive, relative to the scenario, that sends instead of requests. Without rate and connections its own scenarios are the load",
      )
        .refine((it) => /\.(js|ts|tar)$/.test(it), "expected a k6 script (.js, .ts) or archive (.tar)")
        .optional(),
      exact: z.boolean().optional().meta({
        description:
          "Of k6: every request is told by itself, in microseconds and bins of 100 ms, which costs k6 a third of its speed; else in histograms 9 % wide and bins of 1 s",
      }),
      feeds,
      think: think.optional().meta({
        description: "Closed model: how long each connection pauses after a request or a flow",
      }),
      workers: whole("Generator processes", 1, 64).default(1),
      maxInFlight: whole(
        "Requests in flight over all workers; beyond it a due request is dropped and counted. For k6: the virtual users that it makes before the load",
        1,
        100_000,
      ).optional(),
      keepAlive: z
        .strictObject({
          maxRequests: whole("Requests after which a connection is closed", 1).optional(),
          maxAge: positiveDuration("Time after which a connection is closed").optional(),
        })
        .prefault({})
        .meta({ description: "When connections are given up; without it they live as long as the load" }),
      ...transportFields,
    })
    .meta({ description: "The load: an open model (rate) or a closed one (connections), or what a k6 script says" });

export type LoadInput = z.output<ReturnType<typeof loadSchema>>;
