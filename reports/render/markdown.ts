/** report.md: the verdict and the gates, short enough for a job summary or a comment of a pull request (65 536 characters). */
import { capitalized, formatDuration, plainSpaces } from "../../runner/shared/format.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { cleaned } from "./clean.ts";
import { DECIDES_FROM, decidesFrom, trialsOf } from "./facts.ts";
import { findingText, hasSeveralArms, placeOf } from "./finding-text.ts";
import { code, inline, link, list, table } from "./markdown-text.ts";
import {
  againstInWords,
  claimWords,
  endedInWords,
  gatesInWords,
  reasonsBeside,
  sentence,
  toChange,
  trialsInWords,
  verdictWords,
  type Word,
} from "./words.ts";

/** Addresses that only whoever publishes the text knows. */
export interface Links {
  /** Of the page where this run's artifacts are. */
  readonly run?: string;
  /** Of the file in which the gates stand: their lines are `#L12` of it. */
  readonly scenario?: string;
}

/** Characters of each part, so that all of them fit together. */
const room = { reasons: 6000, gates: 24_000, claims: 8000, why: 12_000, remarks: 6000 };

export function renderMarkdown(judgement: Judgement, links: Links = {}): string {
  const clean = cleaned(judgement);
  const { run, verdict, headline, gates, claims, trust, against, falseAlarms, next } = clean;
  const { icon } = verdictWords[verdict];
  const remarks = trust.filter((it) => it.status !== "ok");
  const blocks = [
    `## ${icon} ${capitalized(verdict)}: ${inline(run.scenario, 200)}`,
    inline(headline, 1000),
    against?.bridged ? inline(`Compared with ${againstInWords(against)}.`) : "",
    ...notices(run),
    list(
      reasonsBeside(clean).map((it) => inline(it)),
      room.reasons,
    ),
    findings("Gate", gates, (it) => verdictWords[it.verdict], links),
    list(whyNot(gates), room.why),
    findings("Claim", claims, (it) => claimWords[it.claim], links),
    list(
      remarks.map((it) => `**${inline(it.title, 200)}**: ${inline(it.text)}`),
      room.remarks,
    ),
    next === null ? "" : `Next: ${code(next)}`,
    gates.length === 0 ? "" : `False alarms: ${inline(falseAlarms.text)}${legend(gates)}`,
    `${gatesInWords({ gates, verdict })} ${capitalized(trialsInWords(run))}, ${formatDuration(run.durationMs)}, seed ${run.seed}, run ${code(run.id, 100)}.${links.run === undefined ? "" : ` ${link("Whole report", links.run)}`}`,
  ];
  return `${plainSpaces(blocks.filter((it) => it !== "").join("\n\n"))}\n`;
}

const legend = (gates: readonly Finding[]): string => (gates.some((it) => it.mde !== null) ? ` ${DECIDES_FROM}` : "");

function notices(run: Judgement["run"]): string[] {
  return [
    capitalized(sentence(inline(endedInWords(run)))),
    run.postHoc ? "These gates were given after the run (post hoc)." : "",
  ];
}

const nameOf = (finding: Finding, several: boolean): string =>
  [finding.title, placeOf(finding, several)].filter((it) => it !== "").join(" · ");

function findings<F extends Finding>(
  kind: "Gate" | "Claim",
  all: readonly F[],
  wordOf: (finding: F) => Word,
  { scenario }: Links,
): string {
  if (all.length === 0) return "";
  const several = hasSeveralArms(all);
  const rows = all.map((finding) => {
    const { icon, word } = wordOf(finding);
    const { baseline, candidate, estimate, interval, allowed } = findingText(finding);
    const line = finding.condition.at?.line;
    const url = scenario === undefined || line === undefined ? null : `${scenario}#L${line}`;
    return [
      `${icon} ${word}${finding.advisory ? " (advisory)" : ""}`,
      link(inline(nameOf(finding, several), 160), url),
      baseline ?? "–",
      candidate ?? "–",
      `**${estimate}** (${interval})`,
      allowed,
      trialsOf(finding),
      decidesFrom(finding)?.short ?? "–",
    ];
  });
  const head = ["Verdict", kind, ">Baseline", ">Measured", ">Judged", ">Allowed", ">Trials", ">Passes / fails from"];
  return table(head, rows, kind === "Gate" ? room.gates : room.claims);
}

/** Of what did not pass: the reason, and what would change it. */
function whyNot(gates: readonly Finding[]): string[] {
  const several = hasSeveralArms(gates);
  const why = (it: Finding): string => inline([it.because, toChange(it)].join(" ").trim());
  const open = gates.filter((it) => it.verdict !== "pass" && !it.advisory);
  return [...Map.groupBy(open, why)].map(
    ([because, alike]) => `**${alike.map((it) => inline(nameOf(it, several), 160)).join(", ")}**: ${because}`,
  );
}
