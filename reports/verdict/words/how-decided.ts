/** How a verdict came about, in plain words for whoever has to act on it: only what holds for this run. */
import { counted } from "../../../runner/shared/format.ts";
import type { FalseAlarms } from "../calibration/false-alarms.ts";
import type { Levels } from "../inference/levels.ts";
import type { Finding, RunSummary } from "../judgement.ts";
import { errorRatePoints, type Point, percent } from "./error-rate.ts";

interface Grounds {
  readonly run: RunSummary;
  readonly gates: readonly Finding[];
  readonly levels: Levels;
  readonly falseAlarms: FalseAlarms;
}

/** Empty when no gate was judged. */
export function howDecided({ run, gates, levels, falseAlarms }: Grounds): Point[] {
  if (gates.length === 0) return [];
  const inTurn = gates.filter((it) => it.control === "interleaved");
  const points = [
    { term: "What is counted", text: counting(run) },
    { term: "In which order", text: inTurn.length > 0 ? order(run) : "" },
    { term: "How large a change is", text: inTurn.length > 0 ? size(inTurn, levels) : "" },
    { term: "Margins", text: gates.some((it) => it.versus !== null) ? margins(run) : "" },
    ...errorRatePoints(gates, levels),
    { term: "Second opinion", text: companions(gates) },
    { term: "Second session", text: confirmation(gates) },
    { term: "Advisory gates", text: advisory(gates, levels) },
    { term: "What it could find", text: power(gates) },
    { term: "How often it is wrong", text: falseAlarms.text },
    { term: "What it does not say", text: silent(gates) },
  ];
  return points.filter((it) => it.text !== "");
}

const counting = ({ arms, blocks }: RunSummary): string => {
  const trials = counted(blocks.done, "trial");
  const how =
    arms.length === 1
      ? trials
      : arms.length === 2
        ? `${counted(blocks.done, "pair")} of them`
        : `${counted(blocks.done, "block")} of ${arms.length} of them`;
  return `A trial starts everything anew, goes through all phases once and gives one value for each gate. Trials are counted, here ${how}. Requests never are: those of one trial share its luck.`;
};

const order = ({ arms, seed }: RunSummary): string =>
  `In every ${arms.length === 2 ? "pair" : "block"} one trial of each arm ran after the other, in an order drawn at random (seed ${seed}), so that a machine that gets slower meets all of them alike.`;

function size(gates: readonly Finding[], { pass }: Levels): string {
  const divided = gates.filter((it) => it.change?.scale === "ratio").length;
  const subtracted = gates.filter((it) => it.change?.scale === "difference").length;
  const how = [
    divided > 0 ? `divided (${counted(divided, "gate")})` : "",
    subtracted > 0 ? `subtracted (${counted(subtracted, "gate")})` : "",
  ].filter((it) => it !== "");
  if (how.length === 0) return "";
  return `Within every pair the values of the two arms are ${how.join(" or ")}. Shown are the mean over the pairs, which for ratios is the geometric one, and in brackets the interval of the true change: it lies beyond either end in at most ${percent(pass)} of runs.`;
}

const margins = ({ postHoc }: RunSummary): string =>
  `A margin is how much worse is still acceptable. ${
    postHoc
      ? "These were given after the run (post hoc), when its numbers could be known: the rates below hold for margins declared before."
      : "It was declared before the run, so that no number of it could be chosen to fit."
  }`;

/** Of the gates that have one: what stands behind the words of each is its method. */
function companions(gates: readonly Finding[]): string {
  const paired = gates.filter((it) => it.method.includes("sign-flip")).length;
  const independent = gates.filter((it) => it.method.includes("rank-sum test as companion")).length;
  const fragile = gates.filter((it) => it.tags.includes("fragile")).length;
  const tests = [paired > 0 ? "the sign-flip test" : "", independent > 0 ? "the rank-sum test" : ""].filter(
    (it) => it !== "",
  );
  if (tests.length === 0) return "";
  return [
    `Intervals take it that values scatter about normally. A decision by them stands only where ${tests.join(" or ")}, which takes nothing of the kind for granted, does not object.`,
    paired > 0
      ? "Where so many pairs give it steps that are fine enough, the sign-flip test itself decides what is worse, and no pair counts for more than one and a half usual ones in it."
      : "",
    fragile > 0 ? `It objects to ${counted(fragile, "gate")}, which ${fragile === 1 ? "stays" : "stay"} open.` : "",
  ]
    .filter((it) => it !== "")
    .join(" ");
}

function confirmation(gates: readonly Finding[]): string {
  const having = (tag: string) => gates.filter((it) => it.tags.includes(tag)).length;
  const [agreed, denied] = [having("confirmed"), having("not confirmed")];
  if (agreed + denied === 0) return "";
  return `A second session with a seed of its own was asked whether it agrees: it found ${agreed} of ${counted(agreed + denied, "regression")} again. The others stay open.`;
}

function advisory(gates: readonly Finding[], { alpha }: Levels): string {
  const count = gates.filter((it) => it.advisory && it.versus !== null).length;
  return count === 0
    ? ""
    : `${counted(count, "advisory gate")} ${count === 1 ? "decides" : "decide"} nothing. Of those called worse a share of ${percent(alpha)} is expected to be wrong, or less (Benjamini and Hochberg).`;
}

function power(gates: readonly Finding[]): string {
  const deciding = gates.filter((it) => !it.advisory && it.versus !== null);
  if (deciding.length === 0) return "";
  const known = deciding.filter((it) => it.mde !== null);
  const blunt = known.filter((it) => (it.mde ?? 0) > it.bound.value).length;
  const fits =
    blunt === 0
      ? ""
      : `For ${counted(blunt, "gate")} the first is more than the margin: with no change at all ${blunt === 1 ? "it" : "they"} would pass in fewer than 80 % of such runs.`;
  const unknown = deciding.length - known.length;
  return [
    "Beside each gate stand the smallest margin that no change at all would pass, at the level of passing, and the smallest worsening that would be called regressed, at the level that one of all compared gates has to reach and by at least the margin: with 80 % chance each, at the noise of this run.",
    fits,
    unknown === 0 ? "" : `For ${counted(unknown, "gate")} it is not known: no spread was seen, or only ranks count.`,
  ]
    .filter((it) => it !== "")
    .join(" ");
}

const silent = (gates: readonly Finding[]): string =>
  [
    gates.some((it) => it.versus !== null)
      ? "A pass says that the change is inside the margin, not that there is none."
      : "A pass says that the bound holds.",
    "It holds for this load on this machine: another one may treat the variants differently. What all trials of one run share does not average out.",
  ].join(" ");
