/** What the answer to a request must be like. */
import { z } from "zod";
import { isPointer } from "../../engines/requests/json-pointer.ts";
import { messageOf } from "../../shared/errors.ts";
import { expecting } from "../../shared/quantity-fields.ts";
import { headerName, plainText } from "./fields.ts";

const status = expecting("a status such as 200, or a class of them such as 2xx");

const code = z.union([z.int().min(100, status).max(599, status), z.string().regex(/^[1-5]xx$/, status)], status);

/** Why it is none; null when it is one. */
function regexProblem(pattern: string, flags = ""): string | null {
  try {
    new RegExp(pattern, flags);
    return null;
  } catch (error) {
    return messageOf(error).replace(/^Invalid regular expression: /, "");
  }
}

export const pattern = (description: string) =>
  z
    .string(expecting("a regular expression"))
    .min(1)
    .superRefine((text, context) => {
      const problem = regexProblem(text);
      if (problem !== null) context.addIssue({ code: "custom", message: `expected a regular expression: ${problem}` });
    })
    .meta({ description });

/** `/pattern/` or `/pattern/i` */
export function asPattern(text: string): { readonly pattern: string; readonly flags: string } | null {
  const [, found, flags] = /^\/(.+)\/([imsu]*)$/s.exec(text) ?? [];
  return found === undefined ? null : { pattern: found, flags: flags ?? "" };
}

const headerValue = plainText("The header's whole value, or /a regular expression/").superRefine((text, context) => {
  const regex = asPattern(text);
  const problem = regex === null ? null : regexProblem(regex.pattern, regex.flags);
  if (problem !== null) context.addIssue({ code: "custom", message: `expected a regular expression: ${problem}` });
});

export const pointer = (description: string) =>
  z
    .string()
    .refine(isPointer, 'expected a path such as "/data/0/id" (JSON Pointer: ~1 for a slash in a name)')
    .meta({ description });

export const check = z
  .strictObject({
    status: z
      .union([code, z.array(code).min(1)], expecting("a status such as 200, a class such as 2xx, or a list of them"))
      .optional()
      .meta({ description: "One of these. Left out: below 400" }),
    header: z.record(headerName, headerValue).optional().meta({ description: "Headers by name" }),
    body: z
      .strictObject({
        contains: plainText("A text that must be in it").optional(),
        matches: pattern("A regular expression that must match somewhere in it").optional(),
        json: z
          .record(
            pointer("Where in the body"),
            z.union(
              [z.string(), z.number(), z.boolean(), z.null()],
              expecting("a text, a number, a truth value or null"),
            ),
          )
          .optional()
          .meta({ description: "Values by their JSON Pointer, such as /data/ok: true" }),
      })
      .optional()
      .meta({ description: "Of an answer of up to 1 MiB" }),
  })
  .meta({ description: "What the answer must be like. One that is not counts as failed, of the class check" });

export type CheckInput = z.output<typeof check>;
