/** The one sentence, and what decided, a line each. */

import { counted, formatBound } from "../../../runner/shared/format.ts";
import type { Check } from "../../analyses/parts.ts";
import { onlyWhatWasOver } from "../../analyses/validity/generator.ts";
import { unlikeWords } from "../inference/shape.ts";
import type { Finding, Verdict } from "../judgement.ts";
import { explained, phrase, subject, used } from "./phrases.ts";

/** What the whole verdict rests on. */
export interface Grounds {
  /** Apart from the noise. */
  readonly verdict: Verdict;
  readonly gates: readonly Finding[];
  readonly trust: readonly Check[];
  /** Arms whose trials failed, in words. */
  readonly failures: readonly string[];
  /** Why a pass is not to be had: interrupted, nothing asked. */
  readonly limits: readonly string[];
  /** Why the run is inconclusive whatever its gates say, unless it is invalid: the host was too noisy. */
  readonly noise: readonly string[];
  readonly manyArms: boolean;
}

/** Findings named in a headline; more are counted. */
const NAMED = 2;

export function headlineOf(grounds: Grounds): string {
  const [noise] = grounds.noise;
  const said = apartFromNoise(grounds);
  return noise === undefined || grounds.verdict === "invalid"
    ? said
    : `${noise}; but for that the verdict would be ${grounds.verdict}: ${said}`;
}

function apartFromNoise({ verdict, gates, trust, failures, limits, manyArms }: Grounds): string {
  const deciding = gates.filter((it) => !it.advisory);
  const bad = deciding.filter((it) => it.verdict === "regressed" || it.verdict === "failed");
  const open = deciding.filter((it) => it.verdict === "inconclusive");
  const passed = deciding.filter((it) => it.verdict === "pass");
  const say = (it: Finding): string => phrase(it, manyArms);
  switch (verdict) {
    case "invalid":
      return cantBeBelieved(trust.find((it) => it.status === "invalid")?.text ?? failures[0] ?? "");
    case "regressed":
    case "failed": {
      if (failures.length > 0) return stop(failures.map(firstSentence).join("; "));
      const rest = bad.length > NAMED ? [`${counted(bad.length - NAMED, "other gate")} failed too`] : [];
      const others = [
        ...(passed.length > 0
          ? [`${counted(passed.length, "other gate")} ${passed.length === 1 ? "passes" : "pass"}`]
          : []),
        ...(open.length > 0 ? [`${open.length} ${open.length === 1 ? "is" : "are"} undecided`] : []),
      ];
      return stop(joined([...bad.slice(0, NAMED).map(say), ...rest, ...others])) + secondSession(bad);
    }
    case "inconclusive": {
      const [first] = limits;
      if (first !== undefined) return stop(first);
      if (failures.length > 0) return stop(failures.map(firstSentence).join("; "));
      const more = open.length > NAMED ? [`and ${open.length - NAMED} more`] : [];
      const which = open.length === 1 ? "1 gate is" : `${open.length} gates are`;
      return stop(
        `Nothing is proved worse, but ${which} undecided: ${[...open.slice(0, NAMED).map(say), ...more].join("; ")}`,
      );
    }
    case "pass": {
      const unlike = unlikeIn(deciding, manyArms);
      const improved = deciding.filter((it) => it.tags.includes("improved"));
      if (deciding.length === 1) return stop(`The gate passes: ${say(deciding[0] as Finding)}`) + unlike;
      const all = `All ${deciding.length} gates pass`;
      if (improved.length > 0)
        return stop(`${all}; improved: ${improved.slice(0, NAMED).map(say).join("; ")}`) + unlike;
      const [closest] = [...deciding].sort((a, b) => used(b) - used(a));
      const near =
        closest === undefined || closest.change === null
          ? ""
          : `; closest to its margin of ${formatBound(closest.bound, closest.metric.unit)}: ${say(closest)}`;
      return stop(`${all}${near}`) + unlike;
    }
  }
}

/** What the session that `--confirm` added says of those that regressed, with a space before it. */
function secondSession(bad: readonly Finding[]): string {
  const tagged = (tag: string) => bad.some((it) => it.tags.includes(tag));
  if (tagged("confirmed")) return " An independent second session agrees.";
  return tagged("not yet confirmed") ? " The second session confirms nothing." : "";
}

/** What instances wrote, what announces it, and what to do, stands among the checks. */
const firstSentence = (text: string): string => text.replace(/(?:\. |; [^;\n]*:\n|\n)[\s\S]*$/, "");

export const cantBeBelieved = (why: string): string => stop(`This run can't be believed: ${onlyWhatWasOver(why)}`);

/** A center that stays may hide trials that do not: the sentence after a pass, with a space before it. */
function unlikeIn(deciding: readonly Finding[], manyArms: boolean): string {
  const told = deciding.flatMap((it) => {
    const words = unlikeWords(it.tags);
    return words === null ? [] : [`${subject(it, manyArms)} ${words}`];
  });
  const rest = told.length > NAMED ? [`so it is with ${counted(told.length - NAMED, "other gate")}`] : [];
  return told.length === 0 ? "" : ` But ${stop(joined([...told.slice(0, NAMED), ...rest]))}`;
}

/** `a`, `a and b`, `a, b and c`. */
const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

const stop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Everything that keeps the run from passing; when it passes, what was shown. */
export function reasonsOf({ verdict, gates, trust, failures, limits, noise, manyArms }: Grounds): string[] {
  const deciding = verdict === "invalid" ? [] : gates.filter((it) => !it.advisory);
  const broken = trust.filter((it) => it.status === "invalid").map((it) => `invalid: ${it.title}: ${it.text}`);
  const once = failures.filter((it) => !broken.some((one) => one.endsWith(`: ${it}`)));
  // What failed trials mean is the same for every gate, and told of the run.
  const ownReason = ({ because }: Finding): boolean =>
    !failures.some((it) => because.toLowerCase() === stop(it).toLowerCase());
  const told = deciding
    .filter((it) => it.verdict !== "pass" && ownReason(it))
    .map((it) => `${it.verdict}: ${explained(it, manyArms)}`);
  const shown =
    verdict === "pass"
      ? [
          deciding.length === 1
            ? "The gate is inside what it allows"
            : `All ${deciding.length} gates are inside what they allow`,
        ]
      : [];
  return [...new Set([...broken, ...noise, ...once, ...limits, ...told, ...shown])];
}
