/** What makes requests a flow: values taken out of answers, and think time. */
import { z } from "zod";
import type { ThinkSpec } from "../../record/scenario.ts";
import { duration, expecting, positiveDuration } from "../../shared/quantity-fields.ts";
import { pattern, pointer } from "./check.ts";
import { headerName } from "./fields.ts";

const thinkForms = 'a duration such as "500ms", { from: 1s, to: 3s }, or { mean: 2s }';

export const think = z
  .union(
    [
      positiveDuration("Always as long"),
      z.strictObject({
        from: duration("Anything between this").optional(),
        to: positiveDuration("and this, each as likely").optional(),
        mean: positiveDuration("Exponential: most are shorter, a few much longer").optional(),
      }),
    ],
    expecting(thinkForms),
  )
  .transform((given, context): ThinkSpec => {
    if (typeof given === "number") return { kind: "uniform", fromMs: given, toMs: given };
    const { from, to, mean } = given;
    if (mean !== undefined && from === undefined && to === undefined) return { kind: "exponential", meanMs: mean };
    if (mean === undefined && from !== undefined && to !== undefined && from <= to)
      return { kind: "uniform", fromMs: from, toMs: to };
    const backwards = from !== undefined && to !== undefined && from > to;
    context.addIssue({
      code: "custom",
      message: backwards ? "expected from to be at most as long as to" : `expected ${thinkForms}`,
    });
    return z.NEVER;
  });

const source = z.strictObject({
  json: pointer("Where in the body: a JSON Pointer such as /data/token").optional(),
  header: headerName.optional().meta({ description: "The whole value of this header" }),
  regex: pattern("Its first group, or all that it matches").optional(),
});

const variable = z
  .string()
  .regex(/^[A-Za-z_][\w-]{0,62}$/, "expected the name of a variable: letters, digits, _ and -");

export const extract = z.record(variable, source).meta({
  description: `Values of the answer for the steps that follow, as \${vars.NAME}. One that is not there ends the flow`,
});

export type ExtractInput = z.output<typeof extract>;
