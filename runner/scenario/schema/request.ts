/** A request: what is sent, and how often. */
import { z } from "zod";
import { expecting } from "../../shared/quantity-fields.ts";
import { check } from "./check.ts";
import { headerName, name, plainText, requestPath } from "./fields.ts";
import { extract, think } from "./flow.ts";

export const methods = ["get", "post", "put", "patch", "delete", "head"] as const;

const path = (method: string) => requestPath(`Path of a ${method} request`).optional();

const headerValue = plainText("The header's value").refine(
  (it) => /^[\t\x20-\x7e\x80-\xff]*$/.test(it),
  "expected a header's value: no line breaks, nothing beyond Latin-1",
);

const sentName = headerName.refine(
  (it) => !/^(content-length|transfer-encoding|connection|upgrade|expect)$/i.test(it),
  "this header is set by the engine",
);

const headers = z
  .record(sentName, headerValue)
  .superRefine((given, context) => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(given)) {
      const other = seen.get(name.toLowerCase());
      if (other !== undefined)
        context.addIssue({ code: "custom", path: [name], message: `the same header is given as "${other}"` });
      seen.set(name.toLowerCase(), name);
    }
  })
  .default({})
  .meta({ description: "Request headers" });

/** JSON has no other numbers: JSON.stringify writes null for them. */
function notInJson(
  value: unknown,
  path: readonly PropertyKey[],
): { readonly path: PropertyKey[]; readonly found: number }[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [{ path: [...path], found: value }];
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap((it, i) => notInJson(it, [...path, i]))
    : Object.entries(value).flatMap(([key, it]) => notInJson(it, [...path, key]));
}

/** What is sent, in a flow or on its own. */
const sent = {
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
    .superRefine((given, context) => {
      for (const { path, found } of notInJson(given, []))
        context.addIssue({ code: "custom", path, message: `expected what JSON can say, found ${found}` });
    })
    .optional()
    .meta({ description: "A text as it is; a map or a list is sent as JSON" }),
  check: check.optional(),
};

const step = z.strictObject({
  ...sent,
  extract: extract.optional(),
  think: think.optional().meta({ description: "Instead of a request: how long the user thinks before the next one" }),
});

export const request = z.strictObject({
  ...sent,
  steps: z.array(step).min(1).optional().meta({
    description:
      "Instead of a request: a flow, the requests that one user sends in turn, with think time between. It needs a name",
  }),
  weight: z
    .number()
    .positive()
    .max(1e6)
    .default(1)
    .meta({ description: "How often it comes, relative to the other requests and flows" }),
});

export type StepInput = z.output<typeof step>;
export type RequestInput = z.output<typeof request>;
