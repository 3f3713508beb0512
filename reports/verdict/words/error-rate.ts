/** How sure a judgement is, in words. */
import { counted, formatExact } from "../../../runner/shared/format.ts";
import type { Levels } from "../inference/levels.ts";
import type { Finding } from "../judgement.ts";
import { storedErrorRate } from "./stored.ts";

/** One thing that is to be known of a method. */
export interface Point {
  readonly term: string;
  readonly text: string;
}

/** Three digits: a level of a look is no round number. */
export const percent = (level: number): string => formatExact(Number(level.toPrecision(3)), "ratio");

const listed = (counts: readonly number[]): string =>
  counts.length < 2 ? counts.join("") : `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}`;

/** By what each kind of gate was decided, and how often that is wrong; only what this run has. */
export function errorRatePoints(gates: readonly Finding[], { alpha, alphaFail, look, pass }: Levels): Point[] {
  const deciding = gates.filter((it) => !it.advisory);
  const relative = deciding.filter((it) => it.versus !== null && !it.tags.includes("drift not controlled"));
  const bounds = deciding.filter((it) => it.versus === null);
  const normal = deciding.filter((it) => it.tags.includes("relies on normality"));
  const single = bounds.filter((it) => it.tags.includes("one trial, no error rate"));
  const points = [
    {
      term: "To pass",
      text:
        relative.length > 0
          ? `A gate passes when its one-sided ${percent(1 - alpha)} bound is inside the margin: a change as large as the margin passes in at most ${percent(alpha)} of runs, however many gates there are, since all of them have to pass.`
          : "",
    },
    {
      term: "To stop",
      text:
        relative.length > 0
          ? `A gate is regressed when it is worse for sure, at a level that is the stricter the more gates there are, and by at least the margin. Any false regression among ${counted(relative.length, "compared gate")}: at most ${percent(alphaFail)} of runs (Holm). What is neither is inconclusive, which is never a pass.`
          : "",
    },
    {
      term: "Bounds",
      text: [
        bounds.length > single.length
          ? `Bounds on one arm are decided by one-sided ${percent(1 - alpha)} bounds of its trials, each on its own.`
          : "",
        single.length > 0 ? `${counted(single.length, "bound")} judged by a single trial: no error rate is known.` : "",
      ]
        .filter((it) => it !== "")
        .join(" "),
    },
    {
      term: "Looks",
      text:
        look === null
          ? ""
          : `Looked at after ${listed(look.taken)} of ${look.of} blocks, as registered before the run: the levels are spent over the looks (passing as O'Brien and Fleming, failing as Pocock), so that looking often costs nothing of what is promised. Intervals are at the level of this look, ${percent(pass)} one-sided.`,
    },
    {
      term: "Few pairs",
      text:
        normal.length > 0
          ? `With so few pairs, ${counted(normal.length, "gate")} ${normal.length === 1 ? "relies" : "rely"} on normally distributed differences.`
          : "",
    },
    ...storedErrorRate(deciding).map((text) => ({ term: "Another session", text })),
  ];
  return points.filter((it) => it.text !== "");
}

export const errorRateOf = (gates: readonly Finding[], levels: Levels): string =>
  errorRatePoints(gates, levels)
    .map((it) => it.text)
    .join(" ") || "No gate was decided: there is nothing to be sure about.";
