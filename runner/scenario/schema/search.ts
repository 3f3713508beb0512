/** A search: what is made harder, from where to where, until which goals no longer hold. */
import { z } from "zod";
import { expecting, positiveDuration, share } from "../../shared/quantity-fields.ts";
import { whileCondition } from "./conditions.ts";
import { name, reference, whole } from "./fields.ts";

const value = (description: string) =>
  z.union([z.string(), z.number()], expecting('a value with its unit, such as "50/s"')).meta({ description });

const conditions = (description: string) =>
  z
    .array(whileCondition, expecting("a list of conditions, such as [{ metric: latency.p99, max: 250ms }]"))
    .min(1)
    .meta({ description });

/** `1/7`, or a percentage. */
const ratio = z
  .string(expecting('a share such as "1/7" or "10%"'))
  .transform((given, context): number => {
    const [, part, whole] = /^(\d{1,4})\/(\d{1,4})$/.exec(given.trim()) ?? [];
    const [, percent] = /^(\d{1,2}(?:\.\d{1,6})?) ?%$/.exec(given.trim()) ?? [];
    const found =
      part !== undefined ? Number(part) / Number(whole) : percent === undefined ? Number.NaN : Number(percent) / 100;
    if (found >= 0 && found <= 0.5) return found;
    context.addIssue({
      code: "custom",
      message: `expected a share from "0%" to "50%", such as "1/7", found ${JSON.stringify(given)}`,
    });
    return z.NEVER;
  })
  .meta({
    description: "Share of bad trials that a load may have and still hold (RFC 9971: goal exceed ratio). Default: 1/7",
  });

export const search = z
  .strictObject({
    over: z.string(expecting('what is searched over, such as "load.rate"')).meta({
      description: "What is made harder. The search sets it, so it is left out where it belongs",
      examples: ["load.rate", "targets.NAME.limits.memory", "targets.NAME.limits.cpu", "targets.NAME.env.VARIABLE"],
    }),
    from: value("The easiest value, which has to hold"),
    to: value("The hardest value that is tried. Default: until the goals no longer hold").optional(),
    harder: z
      .enum(["up", "down"])
      .optional()
      .meta({ description: "For a variable of the environment: whether more or less of it makes it harder" }),
    integer: z.boolean().optional().meta({
      description:
        "Of a variable of the environment: whether only whole numbers are tried. Default: when from and to are whole",
    }),
    width: share("The bounds that are found lie this close together, relative to each other").default(0.02),
    exceed: ratio.optional(),
    repeat: whole(
      "Trials after which a load is decided in any case (RFC 9971: goal duration sum, in trials). Default: as many as exceed needs to allow for one bad one",
      1,
      100,
    ).optional(),
    while: conditions("A trial is good while all of these hold").optional(),
    goals: z
      .array(
        z.strictObject({
          name: name("How gates and reports name it"),
          while: conditions("A trial is good while all of these hold"),
        }),
        expecting("a list of goals, such as [{ name: fast, while: [{ metric: latency.p99, max: 250ms }] }]"),
      )
      .min(1)
      .optional()
      .meta({
        description:
          "Instead of while: several goals, which share their trials. The first gets the descent, the soak and the headroom",
      }),
    trials: whole("Trials at most, of any kind", 1, 1_000).default(100),
    within: positiveDuration("No trial begins when those before it took longer than this").optional(),
    soak: z
      .union([z.literal(false), positiveDuration("Its length")], expecting('a duration such as "10m", or false'))
      .optional()
      .meta({ description: "How long the answer is tried out at last. Default: ten times the judged phases" }),
    headroom: z
      .union(
        [
          reference("A fault of this scenario"),
          z.strictObject({
            fault: reference("A fault of this scenario"),
            while: conditions(
              "What has to hold in the phase of the fault. Default: what the first goal says",
            ).optional(),
          }),
        ],
        expecting("the name of a fault, or { fault, while }"),
      )
      .transform((it) => (typeof it === "string" ? { fault: it } : it))
      .optional()
      .meta({ description: "The search is made once more from the answer downwards, while this fault strikes" }),
  })
  .refine((it) => (it.while === undefined) !== (it.goals === undefined), {
    error: (issue) =>
      `expected while or goals, found ${(issue.input as { readonly while?: unknown }).while === undefined ? "neither" : "both"}`,
  })
  .meta({
    description: "Instead of repeating trials: how much is borne. Each trial has one load, chosen by what was seen",
  });

export type SearchInput = z.output<typeof search>;
