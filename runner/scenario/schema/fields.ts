/** The kinds of values that fields have, but for quantities: names, whole numbers, texts, argument lists. */
import { z } from "zod";
import { expecting } from "../../shared/quantity-fields.ts";

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const nameRule = "lower-case letters, digits and hyphens, at most 63, not starting with a hyphen";

/** Names become file names, environment variables and labels. */
export const isName = (text: string): boolean => namePattern.test(text);

export const name = (description: string) =>
  z
    .string()
    .regex(namePattern, { error: (issue) => `expected a name (${nameRule}), found ${JSON.stringify(issue.input)}` })
    .meta({ description });

/** The name of something declared elsewhere in the document: checked there, with a suggestion. */
export const reference = (description: string) => z.string().meta({ description });

/** Also as digits in a text, so that `${env:N}` can give it. */
export function whole(description: string, min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const expected = `a whole number ${max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`;
  const inRange = (value: number) => Number.isSafeInteger(value) && value >= min && value <= max;
  return z
    .union(
      [z.int().meta({ minimum: min, maximum: max }), z.string().regex(/^\d{1,16}$/, expecting(expected))],
      expecting(expected),
    )
    .transform((given, context): number => {
      if (inRange(Number(given))) return Number(given);
      context.addIssue({ code: "custom", message: `expected ${expected}, found ${JSON.stringify(given)}` });
      return z.NEVER;
    })
    .meta({ description });
}

/** A text, or what YAML made of one that looks like a number or a truth value. NUL would end it early in the operating system. */
export const plainText = (description: string) =>
  z
    .union([z.string(), z.int(), z.boolean()], expecting("a text (put a number with a fraction in quotes)"))
    .transform((given, context): string => {
      const text = String(given);
      if (!text.includes("\0")) return text;
      context.addIssue({ code: "custom", message: "expected a text without NUL characters" });
      return z.NEVER;
    })
    .meta({ description });

/** argv: never a shell between a scenario and a process. */
export const argv = (description: string) =>
  z
    .tuple(
      [plainText("The program").refine((it) => it !== "", "expected a program, found an empty text")],
      plainText("An argument"),
      expecting("a list of program and arguments, such as [node, server.mjs]"),
    )
    .meta({ description });

/** What stands in a request line: a path from the root, without spaces or control characters. */
export const requestPath = (description: string) =>
  z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, {
      error: (issue) =>
        `expected a path such as "/items?page=2" (other characters percent-encoded), found ${JSON.stringify(issue.input)}`,
    })
    .meta({ description });

export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "expected the name of a header: letters, digits and hyphens");
