/** The top of the page: may I ship, in one sentence, and what stands behind it. */
import { capitalized, formatDuration } from "../../../runner/shared/format.ts";
import type { Judgement } from "../../verdict/judgement.ts";
import { againstInWords, gatesInWords, instant, trialsInWords, verdictWords, withoutVerdict } from "../words.ts";

interface HeaderView {
  readonly title: string;
  readonly scenario: string;
  readonly description: string;
  readonly compared: string;
  readonly when: string;
  readonly tone: string;
  readonly icon: string;
  readonly verdict: string;
  readonly headline: string;
  readonly summary: string;
  /** Said before everything else: interrupted, failed, post hoc. */
  readonly notices: readonly string[];
}

export function headerView(judgement: Judgement): HeaderView {
  const { run, verdict, headline, gates, against } = judgement;
  const word = verdictWords[verdict];
  const name = capitalized(word.word);
  return {
    title: `${name}: ${run.scenario}`,
    scenario: run.scenario,
    description: run.description,
    compared: against === null ? armsInWords(run.arms) : `${run.arms.join(", ")} against ${againstInWords(against)}`,
    when: instant(run.startedAt),
    tone: word.tone,
    icon: word.icon,
    verdict: name,
    headline: withoutVerdict(headline, word.word),
    summary: `${gatesInWords({ gates, verdict })} ${capitalized(trialsInWords(run))}, ${formatDuration(run.durationMs)}, seed ${run.seed}.`,
    notices: notices(run),
  };
}

function armsInWords(arms: readonly string[]): string {
  const others = arms.filter((it) => it !== "baseline");
  return arms.length === 1 || others.length === arms.length ? arms.join(", ") : `${others.join(", ")} against baseline`;
}

function notices(run: Judgement["run"]): string[] {
  const why = run.statusReason === null ? "" : `: ${run.statusReason}`;
  const ended = {
    completed: null,
    interrupted: `This run was interrupted${why}`,
    failed: `This run could not be completed${why}`,
  };
  return [
    ended[run.status],
    run.postHoc ? "Post hoc: these gates were given after the run, so its error rates do not hold for them" : null,
  ].filter((it) => it !== null);
}
