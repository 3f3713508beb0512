/** How often a run in which nothing changed calls something regressed: as the method promises it, and as A/A sessions measured it. */
import { counted, formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Interval } from "../../stats/binomial.ts";
import { ALPHA_FAIL } from "../inference/limits.ts";

/** By A/A sessions. */
export interface MeasuredAlarms {
  readonly sessions: number;
  /** Sessions that called something regressed. */
  readonly falseAlarms: number;
  /** Of their share: exact, 95 % on two sides. */
  readonly interval: Interval;
  /** Share of sessions that call something regressed when the arms of each pair are swapped at random; null without a pair. */
  readonly relabelled: number | null;
}

export interface FalseAlarms {
  /** Share of runs, over all compared gates together; null when no gate compares. */
  readonly promised: number | null;
  /** Null without an A/A session. */
  readonly measured: MeasuredAlarms | null;
  /** Both, in words. */
  readonly text: string;
}

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
