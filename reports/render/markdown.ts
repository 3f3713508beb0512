/** report.md: the verdict and the gates, short enough for a pull request or a job summary. */
import { formatDuration, plainSpaces } from "../../runner/shared/format.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { cleaned, oneLine } from "./clean.ts";
import { findingText, hasSeveralArms, placeOf } from "./finding-text.ts";
import {
  againstInWords,
  capitalized,
  claimWords,
  gatesInWords,
  reasonsBeside,
  sentence,
  trialsInWords,
  verdictWords,
  type Word,
} from "./words.ts";

export function renderMarkdown(judgement: Judgement): string {
  const clean = cleaned(judgement);
  const { run, verdict, headline, gates, claims, trust, against, next } = clean;
  const { icon } = verdictWords[verdict];
  const remarks = trust.filter((it) => it.status !== "ok");
  const blocks = [
    `## ${icon} ${capitalized(verdict)}: ${inline(run.scenario)}`,
    inline(headline),
    against?.bridged ? inline(`Compared with ${againstInWords(against)}.`) : "",
    ...notices(run),
    list(reasonsBeside(clean).map(inline)),
    table("Gate", gates, (it) => verdictWords[it.verdict]),
    table("Claim", claims, (it) => claimWords[it.claim]),
    list(remarks.map((it) => `**${inline(it.title)}**: ${inline(it.text)}`)),
    next === null ? "" : `Next: ${code(next)}`,
    `${gatesInWords({ gates, verdict })} ${capitalized(trialsInWords(run))}, ${formatDuration(run.durationMs)}, seed ${run.seed}, run ${code(run.id)}.`,
  ];
  return `${plainSpaces(blocks.filter((it) => it !== "").join("\n\n"))}\n`;
}

function notices(run: Judgement["run"]): string[] {
  const ended = run.status === "completed" ? [] : [`This run was ${run.status}`, run.statusReason ?? ""];
  return [
    sentence(
      ended
        .filter((it) => it !== "")
        .map(inline)
        .join(": "),
    ),
    run.postHoc ? "These gates were given after the run (post hoc)." : "",
  ];
}

const list = (lines: readonly string[]): string => lines.map((it) => `- ${it}`).join("\n");

function table<F extends Finding>(kind: string, findings: readonly F[], wordOf: (finding: F) => Word): string {
  if (findings.length === 0) return "";
  const several = hasSeveralArms(findings);
  const rows = findings.map((finding) => {
    const { icon, word } = wordOf(finding);
    const { baseline, candidate, estimate, interval, allowed } = findingText(finding);
    const name = [finding.title, placeOf(finding, several)].filter((it) => it !== "").join(" · ");
    return [
      `${icon} ${word}${finding.advisory ? " (advisory)" : ""}`,
      inline(name),
      baseline ?? "–",
      candidate ?? "–",
      `**${estimate}** (${interval})`,
      allowed,
    ];
  });
  const head = ["Verdict", kind, "Baseline", "Measured", "Judged", "Allowed"];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), "|---|---|--:|--:|--:|--:|", ...rows.map(line)].join("\n");
}

/** Text that stays text: no markup, no mention of a user, no table cell broken. */
const inline = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_{}[\]#+!|~$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;");

/** A code span with a fence longer than any run of backticks inside. */
function code(text: string): string {
  const longest = Math.max(0, ...[...oneLine(text).matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${oneLine(text)}${fence}` : `${fence} ${oneLine(text)} ${fence}`;
}
