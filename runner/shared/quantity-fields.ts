/** Fields for quantities: a text with a unit in the scenario, a plain number in one unit inside. */
import { z } from "zod";
import { meantQuantity } from "./meant-quantity.ts";
import { type Parsed, parseBound, parseBytes, parseCpu, parseDuration, parsePercent, parseRate } from "./quantities.ts";

/** For values of another type than the field's: what the field takes. */
export const expecting = (what: string) => ({ error: `expected ${what}` });

type Parse = (text: string) => Parsed;

/** Of a single wait: timers hold 24 days, and what they can't hold they end at once. */
const bearable: Parse = (text) => refused(parseDuration, (ms) => ms > 100 * 3600e3, 'at most "100h"')(text);
/** Milliseconds. */
export const duration = (description: string) => quantity(bearable, description);
export const positiveDuration = (description: string) => quantity(positive(bearable), description);
/** Milliseconds between readings: more often they would cost more than they tell, more seldom nobody could tell a phase by them. */
export const readingInterval = (description: string) =>
  quantity(
    refused(bearable, (ms) => ms < 10 || ms > 10_000, 'a duration from "10ms" to "10s"'),
    description,
  );
/** Events per second; what no machine's ports and cores bear is a slip of the pen. */
export const rate = (description: string) =>
  quantity(
    refused(positive(parseRate), (it) => it > 1_000_000, 'at most "1000000/s"'),
    description,
  );
export const bytes = (description: string) => quantity(positive(parseBytes), description);
/** Bytes per second. */
export const byteRate = (description: string) =>
  quantity(
    positive((text) => parseBound(text, "bytes/s")),
    description,
  );
/** Cores. */
export const cpu = (description: string) => quantity(positive(parseCpu), description);
/** Cores; a quota below 10m would be less than the kernel's shortest run of 1 ms in 100 ms. */
export const cpuQuota = (description: string) =>
  quantity(
    refused(parseCpu, (cores) => cores < 0.01, 'at least "10m"'),
    description,
  );
/** 0 < share <= 1. */
export const share = (description: string) =>
  quantity(
    refused(positive(parsePercent), (it) => it > 1, 'at most "100%"'),
    description,
  );

function quantity(parse: Parse, description: string) {
  return z
    .string(expecting(exampleOf(parse)))
    .transform((text, context): number => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      const message = `expected ${parsed.expected}, found ${JSON.stringify(text)}`;
      context.addIssue({ code: "custom", message, params: { hint: meantQuantity(text, parse) } });
      return z.NEVER;
    })
    .meta({ description });
}

/** What the parser says it expects. */
function exampleOf(parse: Parse): string {
  const parsed = parse("?");
  return parsed.ok ? "a text" : parsed.expected;
}

const refused =
  (parse: Parse, isWrong: (value: number) => boolean, expected: string): Parse =>
  (text) => {
    const parsed = parse(text);
    return parsed.ok && isWrong(parsed.value) ? { ok: false, expected } : parsed;
  };

const positive = (parse: Parse): Parse => refused(parse, (it) => it <= 0, "more than zero");
