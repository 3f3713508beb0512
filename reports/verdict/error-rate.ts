/** How sure a judgement is, in words. */

import { counted } from "../../runner/shared/format.ts";
import type { Finding } from "./judgement.ts";
import type { Levels } from "./levels.ts";
import { storedErrorRate } from "./stored-words.ts";

const percent = (level: number): string => `${Number((level * 100).toPrecision(3))} %`;

const listed = (counts: readonly number[]): string =>
  counts.length < 2 ? counts.join("") : `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}`;

export function errorRateOf(gates: readonly Finding[], { alpha, alphaFail, look, pass }: Levels): string {
  const deciding = gates.filter((it) => !it.advisory);
  const relative = deciding.filter((it) => it.versus !== null && !it.tags.includes("drift not controlled"));
  const bounds = deciding.filter((it) => it.versus === null);
  const normal = deciding.filter((it) => it.tags.includes("relies on normality"));
  const single = bounds.filter((it) => it.tags.includes("one trial, no error rate"));
  const sentences = [
    relative.length > 0
      ? `A gate passes when its one-sided ${percent(1 - alpha)} bound is inside the margin: a change as large as the margin passes in at most ${percent(alpha)} of runs, however many gates there are, since all of them have to pass. Any false regression among ${counted(relative.length, "compared gate")}: at most ${percent(alphaFail)} of runs (Holm).`
      : "",
    bounds.length > single.length
      ? `Bounds on one arm are decided by one-sided ${percent(1 - alpha)} bounds of its trials, each on its own.`
      : "",
    look === null
      ? ""
      : `Looked at after ${listed(look.taken)} of ${look.of} blocks, as registered before the run: the levels are spent over the looks (passing as O'Brien and Fleming, failing as Pocock), so that looking often costs nothing of what is promised. Intervals are at the level of this look, ${percent(pass)} one-sided.`,
    single.length > 0 ? `${counted(single.length, "bound")} judged by a single trial: no error rate is known.` : "",
    normal.length > 0
      ? `With so few pairs, ${counted(normal.length, "gate")} ${normal.length === 1 ? "relies" : "rely"} on normally distributed differences.`
      : "",
    ...storedErrorRate(deciding),
    relative.length > 0 ? "The trial is the unit: requests within one are never counted as repetitions." : "",
  ];
  return sentences.filter((it) => it !== "").join(" ") || "No gate was decided: there is nothing to be sure about.";
}
