/** What a search may come to, in words: what is tried, when it ends, and how long it takes at most. */
import { conditionsInWords } from "../../../reports/analyses/search/words.ts";
import { lengthsOf } from "../../orchestrate/points.ts";
import type { Arm, Scenario } from "../../record/scenario.ts";
import type { SearchSpec } from "../../record/search.ts";
import { counted, formatDuration, formatExact } from "../../shared/format.ts";

/** Start and end of a trial beside its load. */
const aroundMs = 2_000;

/** Of one goal with the defaults, as simulated (make calibrate). */
const isUsual = ({ goals, exceed, width, over, headroom }: SearchSpec): boolean =>
  goals.length === 1 && headroom === null && exceed === 1 / 7 && width === 0.02 && over.integer !== true;

export function searching(scenario: Scenario, search: SearchSpec): string[] {
  const { over, from, to, width, repeat, trials, withinMs, soakMs, headroom } = search;
  const lengths = lengthsOf(scenario, search, scenario.arms[0] as Arm);
  const longest = Math.max(lengths.probe, lengths.recovery, lengths.headroom, lengths.descent);
  const mostMs = trials * (longest + aroundMs) + lengths.soak;
  const bounded = withinMs === null ? mostMs : Math.min(mostMs, withinMs + Math.max(longest, lengths.soak) + aroundMs);
  const value = (it: number): string => formatExact(it, over.unit);
  const end = to === null ? "until it no longer holds" : `to ${value(to)}`;
  return [
    `${scenario.name}: a search over ${over.path}, seed ${scenario.trials.seed}`,
    `  from ${value(from)}, twice as hard each time, ${end}; then halfway between, until what holds and what breaks lie ${formatExact(width, "ratio")} apart`,
    ...search.goals.map((it) => `  ${it.name}: ${conditionsInWords(it.while)}`),
    `  a load is decided after at most ${counted(repeat, "trial")} of ${formatDuration(lengths.probe)}; after a bad one ${value(from)} has to hold again (${formatDuration(lengths.recovery)})`,
    ...(over.kind === "rate" ? [`  then down from an overload (${formatDuration(lengths.descent)})`] : []),
    ...(soakMs === null ? [] : [`  then a soak at the answer (${formatDuration(lengths.soak)})`]),
    ...(headroom === null
      ? []
      : [
          `  then downwards from the answer while ${headroom.fault} strikes (${formatDuration(lengths.headroom)} a trial): ${conditionsInWords(headroom.while)}`,
        ]),
    `  ${isUsual(search) ? "about 30 to 65 trials, " : ""}at most ${trials}: ${formatDuration(bounded)} at most`,
  ];
}
