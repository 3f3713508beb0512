/** Annotations for GitHub: a workflow command for every gate that did not pass, at its line of the scenario. */
import { plainSpaces } from "../../runner/shared/format.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { byVerdict, worstOf } from "../verdict/order.ts";
import { cleaned } from "./clean.ts";
import { findingText, hasSeveralArms, placeOf } from "./finding-text.ts";
import { claimWords, gatesInWords, toChange } from "./words.ts";

interface AnnotationOptions {
  /** Where the gates stand, relative to the repository; null when they stand outside of it. */
  readonly file: string | null;
  /** What the exit code makes of an inconclusive verdict. */
  readonly inconclusive: "pass" | "fail" | undefined;
}

type Level = "error" | "warning" | "notice";

/** Empty, or lines that end with a newline. A run that passes has one notice, so that it is seen to have been judged. */
export function renderAnnotations(judgement: Judgement, options: AnnotationOptions): string {
  const clean = cleaned(judgement);
  const { run, verdict, headline, gates, claims } = clean;
  const several = hasSeveralArms([...gates, ...claims]);
  const levels = levelsFor(clean, options);
  const decided = worstOf(gates.filter((it) => !it.advisory).map((it) => it.verdict));
  const ofGates = gates
    .filter((it) => it.verdict !== "pass")
    .map((it) => command(it.advisory ? "notice" : levels[it.verdict], options.file, it, told(it, it.verdict, several)));
  const ofClaims = claims
    .filter((it) => it.claim !== "supported")
    .map((it) => command("notice", options.file, it, told(it, `claim ${claimWords[it.claim].word}`, several)));
  const ofRun =
    verdict === "pass" || byVerdict(verdict, decided) !== 0
      ? [
          command(levels[verdict], null, null, {
            title: `${run.scenario}: ${verdict}`,
            message: `${headline} ${gatesInWords(clean)}`,
          }),
        ]
      : [];
  return [...ofRun, ...ofGates, ...ofClaims].join("");
}

/** An undecided run has no errors, whatever its gates would say: nothing of it may look like a reason to stop. */
function levelsFor(
  { verdict }: Judgement,
  { inconclusive }: AnnotationOptions,
): Readonly<Record<Finding["verdict"], Level>> {
  const open = inconclusive === "fail" ? "error" : "warning";
  const stops = verdict === "inconclusive" ? open : "error";
  return { pass: "notice", inconclusive: open, regressed: stops, failed: stops, invalid: "error" };
}

interface Told {
  readonly title: string;
  readonly message: string;
}

function told(finding: Finding, outcome: string, several: boolean): Told {
  const { estimate, interval, allowed } = findingText(finding);
  const name = [finding.title, placeOf(finding, several)].filter((it) => it !== "").join(" · ");
  return {
    title: `${name}: ${outcome}${finding.advisory ? " (advisory)" : ""}`,
    message: [`${estimate} (${interval}), allowed ${allowed}.`, finding.because, toChange(finding)]
      .filter((it) => it !== "")
      .join("\n"),
  };
}

function command(level: Level, file: string | null, finding: Finding | null, { title, message }: Told): string {
  const at = finding?.condition.at ?? null;
  const place = file === null || at === null ? [] : [`file=${property(file)}`, `line=${at.line}`, `col=${at.column}`];
  return `::${level} ${[...place, `title=${property(plainSpaces(title))}`].join(",")}::${data(plainSpaces(message))}\n`;
}

/** As the runner decodes it: what would end the line, and the escape itself. */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** Also what would end a property. */
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
