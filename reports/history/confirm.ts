/** Does a second session, with a seed of its own, agree that a level moved? */
import { type Answer, agreement } from "./agreement.ts";
import type { SessionLine } from "./lines.ts";
import { buildOf, lineIn, type Series, scaled, valueIn } from "./series.ts";

interface Question {
  readonly series: Series;
  /** Scaled values of the nights before. */
  readonly reference: readonly number[];
  /** Scaled mean of the nights since. */
  readonly level: number;
  /** Nights since: a session from one of their seeds repeats them, and one against another build says something else. */
  readonly since: readonly SessionLine[];
}

export function answerOf(confirmation: SessionLine, { series, reference, level, since }: Question): Answer {
  const found = valueIn(confirmation, series);
  const [first] = since;
  if (typeof found === "string" || first === undefined || reference.length < 2) return "open";
  if (since.some((it) => it.seed === confirmation.seed) || buildOf(first) !== buildOf(confirmation)) return "open";
  const paired = series.versus === null ? null : (lineIn(confirmation, series)?.ratio ?? null);
  return agreement({ value: scaled(found.value, series), paired }, reference, level);
}
