/** Load: which requests, how often, by which engine. */
import { z } from "zod";
import { expecting, positiveDuration, rate } from "../../shared/quantity-fields.ts";
import { name, plainText, reference, requestPath, whole } from "./fields.ts";

export const methods = ["get", "post", "put", "patch", "delete", "head"] as const;

const path = (method: string) => requestPath(`Path of a ${method} request`).optional();

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "expected the name of a header: letters, digits and hyphens")
  .refine(
    (it) => !/^(content-length|transfer-encoding|connection|upgrade|expect)$/i.test(it),
    "this header is set by the engine",
  );

const headerValue = plainText("The header's value").refine(
  (it) => /^[\t\x20-\x7e\x80-\xff]*$/.test(it),
  "expected a header's value: no line breaks, nothing beyond Latin-1",
);

const headers = z.record(headerName, headerValue).default({}).meta({ description: "Request headers" });

export const request = z.strictObject({
  name: name("How gates and reports name it; made of method and path when left out").optional(),
  get: path("GET"),
  post: path("POST"),
  put: path("PUT"),
  patch: path("PATCH"),
  delete: path("DELETE"),
  head: path("HEAD"),
  method: z
    .string()
    .regex(/^[A-Z]{3,20}$/, {
      error: (issue) => `expected a method such as "OPTIONS", found ${JSON.stringify(issue.input)}`,
    })
    .optional()
    .meta({ description: "Any other method, together with path" }),
  path: requestPath("Path, together with method").optional(),
  headers,
  body: z
    .union(
      [z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())],
      expecting("a text, or a map or list to send as JSON"),
    )
    .optional()
    .meta({ description: "A text as it is; a map or a list is sent as JSON" }),
  weight: z
    .number()
    .positive()
    .max(1e6)
    .default(1)
    .meta({ description: "How often it comes, relative to the other requests" }),
});

/** `engines` are the names that work here. */
export const loadSchema = (engines: readonly string[]) =>
  z
    .strictObject({
      target: reference("The target that requests go to"),
      engine: z
        .enum(engines as ["native", "autocannon"])
        .default("native")
        .meta({ description: "Who sends" }),
      rate: rate('Open model: requests are due at this rate however slow the answers are, such as "300/s"').optional(),
      connections: whole("Closed model: each connection sends when its last answer came", 1, 10_000).optional(),
      spacing: z.enum(["poisson", "even"]).optional().meta({
        description: "Of an open model. poisson: as from independent users (the default). even: like a metronome",
      }),
      timeout: positiveDuration("After which a request counts as failed").default(2_000),
      requests: z
        .array(request, expecting("a list of requests, such as [{ name: main, get: / }]"))
        .min(1)
        .meta({ description: "What is sent, in the proportion of the weights" }),
      workers: whole("Generator processes", 1, 64).default(1),
      maxInFlight: whole(
        "Requests in flight over all workers; beyond it a due request is dropped and counted",
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
    })
    .meta({ description: "The load: an open model (rate) or a closed one (connections)" });

export type RequestInput = z.output<typeof request>;
export type LoadInput = z.output<ReturnType<typeof loadSchema>>;
