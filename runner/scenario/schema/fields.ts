/** The kinds of values that fields have: names, quantities with units, whole numbers, argument lists. */
import { z } from "zod";
import { type Parsed, parseBytes, parseCpu, parseDuration, parsePercent, parseRate } from "../../shared/quantities.ts";

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

/** For values of another type than the field's: what the field takes. */
export const expecting = (what: string) => ({ error: `expected ${what}` });

/** Text with a unit to a number without. `positive` refuses zero. */
export function quantity(parse: (text: string) => Parsed, description: string, { positive = false } = {}) {
  return z
    .string(expecting(exampleOf(parse)))
    .transform((text, context): number => {
      const parsed = parse(text);
      if (parsed.ok && !(positive && parsed.value === 0)) return parsed.value;
      const expected = parsed.ok ? "more than zero" : parsed.expected;
      context.addIssue({ code: "custom", message: `expected ${expected}, found ${JSON.stringify(text)}` });
      return z.NEVER;
    })
    .meta({ description });
}

/** What the parser says it expects. */
function exampleOf(parse: (text: string) => Parsed): string {
  const parsed = parse("?");
  return parsed.ok ? "a text" : parsed.expected;
}

/** Milliseconds. */
export const duration = (description: string) => quantity(parseDuration, description);
export const positiveDuration = (description: string) => quantity(parseDuration, description, { positive: true });
/** Per second, above zero. */
export const rate = (description: string) => quantity(parseRate, description, { positive: true });
export const bytes = (description: string) => quantity(parseBytes, description, { positive: true });
/** Cores. */
export const cpu = (description: string) => quantity(parseCpu, description, { positive: true });
/** 0 < share <= 1. */
export const share = (description: string) =>
  quantity(
    (text) => {
      const parsed = parsePercent(text);
      return parsed.ok && parsed.value > 1 ? { ok: false, expected: 'at most "100%"' } : parsed;
    },
    description,
    { positive: true },
  );

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
