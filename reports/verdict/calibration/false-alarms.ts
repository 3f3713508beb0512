/** How often a run in which nothing changed calls something regressed: as the method promises it, and as A/A sessions measured it. */
import { z } from "zod";
import { count, type Infer, number, orNull, text } from "../../../runner/record/schema-parts.ts";
import { counted, formatExact, formatValue } from "../../../runner/shared/format.ts";
import { ALPHA_FAIL } from "../inference/limits.ts";

/** By A/A sessions. */
const measuredAlarms = z.strictObject({
  sessions: count,
  /** Sessions that called something regressed. */
  falseAlarms: count,
  /** Of their share: exact, 95 % on two sides. */
  interval: z.strictObject({ lower: number, upper: number }),
  /** Share of sessions that call something regressed when the arms of each pair are swapped at random; null without a pair. */
  relabelled: orNull(number),
});
export type MeasuredAlarms = Infer<typeof measuredAlarms>;

export const falseAlarms = z.strictObject({
  /** Over all compared gates together. */
  promised: orNull(number).meta({ description: "Share of runs; null when no gate compares." }),
  measured: orNull(measuredAlarms).meta({
    description: "By A/A sessions of the same baseline on the same class of host; null without any.",
  }),
  /** Both, in words. */
  text,
});
export type FalseAlarms = Infer<typeof falseAlarms>;

export function falseAlarmsOf(
  known: MeasuredAlarms | null,
  gates: readonly { readonly advisory: boolean; readonly versus: string | null; readonly tags: readonly string[] }[],
): FalseAlarms {
  const compared = gates.filter((it) => !it.advisory && it.versus !== null);
  const promised = compared.some((it) => !it.tags.includes("drift not controlled")) ? ALPHA_FAIL : null;
  if (promised === null) {
    const text =
      compared.length === 0
        ? "No gate compares two arms: nothing can be a false regression."
        : "Nothing ties the two sessions that are compared together: nothing is called a regression, rightly or wrongly.";
    return { promised, measured: null, text };
  }
  const promise = `The method promises a false regression in at most ${formatExact(promised, "ratio")} of runs.`;
  if (known === null) {
    const how = "Not measured: there is no A/A session of this baseline on this class of host (run --aa adds one).";
    return { promised, measured: null, text: `${promise} ${how}` };
  }
  const { sessions, falseAlarms, interval, relabelled } = known;
  const measured = { sessions, falseAlarms, interval, relabelled };
  return { promised, measured, text: `${promise} Measured: ${alarmsInWords(measured)}.` };
}

/** `1 false alarm in 12 A/A sessions here (8.3 %, 95 % interval 0.2 % to 38 %)` */
export function alarmsInWords({ sessions, falseAlarms, interval, relabelled }: MeasuredAlarms): string {
  const swapped =
    relabelled === null ? "" : `; with arms swapped at random within pairs, ${share(relabelled)} of sessions`;
  return `${counted(falseAlarms, "false alarm")} in ${counted(sessions, "A/A session")} here (${share(falseAlarms / sessions)}, 95 % interval ${share(interval.lower)} to ${share(interval.upper)})${swapped}`;
}

const share = (value: number): string => formatValue(value, "ratio");
