/** The judgement of a search: its gates where it has any, else whether it found an answer. */

import { capitalized, counted } from "../../../runner/shared/format.ts";
import { environment } from "../../analyses/environment.ts";
import { faultReports } from "../../analyses/faults.ts";
import type { Check } from "../../analyses/parts.ts";
import { CONFIDENCE } from "../../analyses/search/answer.ts";
import type { Searched } from "../../analyses/search/report.ts";
import { searchSections } from "../../analyses/search/sections.ts";
import { foundInWords, loadInWords, shareInWords } from "../../analyses/search/words.ts";
import { TOO_NOISY } from "../../analyses/validity/host.ts";
import { TRIALS } from "../../analyses/validity/trials.ts";
import { validity } from "../../analyses/validity/validity.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import type { JudgeOptions } from "../judge-options.ts";
import type { Finding, Judgement, Verdict } from "../judgement.ts";
import { worstOf } from "../order.ts";
import { summaryOf } from "../summary.ts";
import { unbelieved, unproved } from "../unbelieved.ts";
import { cantBeBelieved } from "../words/headline.ts";
import { again, quoted } from "../words/next.ts";
import { foundOf, searchClaims, searchGates } from "./findings.ts";
import { summaryOfSearch } from "./summary.ts";

export function judgeSearch(evidence: Evidence, searched: Searched, options: JudgeOptions): Judgement {
  const { run } = evidence;
  const asked = options.conditions ?? run.scenario;
  const arm = run.scenario.arms[0]?.name ?? "";
  const summary = summaryOf(evidence, options.conditions !== undefined);
  const assessed = searchGates(asked.gates, searched, arm);
  const claimsAlone = searchClaims(asked.claims, searched, arm);
  const trust = [...trustOf(evidence, searched), ...(options.checks ?? [])];
  const invalid = trust.find((it) => it.status === "invalid");
  const gates = invalid === undefined ? assessed : assessed.map(unbelieved);
  const claims = invalid === undefined ? claimsAlone : claimsAlone.map(unbelieved).map(unproved);
  const deciding = assessed.filter((it) => !it.advisory);
  const limits = summary.status === "completed" || deciding.length > 0 ? [] : [cutOff(summary)];
  const verdict = worstOf([
    ...(invalid === undefined ? [] : (["invalid"] as const)),
    ...(deciding.length > 0 ? deciding.map((it) => it.verdict) : [answered(searched)]),
    ...limits.map((): Verdict => "inconclusive"),
  ]);
  const sentences = sentencesOf(searched);
  const idsOf = (goal: string): string[] =>
    [...gates, ...claims].filter((it) => foundOf(it.condition, searched)?.name === goal).map((it) => it.id);
  return {
    schema: 1,
    run: summary,
    verdict,
    headline:
      verdict === "invalid"
        ? cantBeBelieved(invalid?.text ?? "")
        : [sentences[0], gateSentence(deciding)].filter((it) => it !== "").join(" "),
    reasons: [
      ...limits,
      ...sentences.slice(1),
      ...(searched.end === null || searched.end.end === "answered"
        ? []
        : [`The search ended early: ${searched.end.text}.`]),
      ...deciding.filter((it) => it.verdict !== "pass").map((it) => `${it.verdict}: ${it.because}`),
    ],
    gates,
    claims,
    against: null,
    trust,
    faults: faultReports(evidence).filter((it) => it.arms.some((of) => of.trials > 0)),
    sections: searchSections(evidence, searched, idsOf),
    timeline: null,
    table: [],
    environment: environment(evidence),
    reproduce: { commands: [run.command.map(quoted).join(" ")], source: run.source },
    errorRate: ERROR_RATE,
    falseAlarms: { promised: null, measured: null, text: ERROR_RATE },
    how: howSearched(searched),
    next: nextOf(evidence, searched, options.command ?? "shakedown"),
    search: summaryOfSearch(searched),
  };
}

const ERROR_RATE =
  "Each end of an interval lies on the wrong side of the truth in at most about 1 of 20 simulated searches (make calibrate): loads are chosen by what was seen, so the nominal confidence is higher.";

/** Trials that said nothing of the target are no evidence against those that did: they were made again, but for one that ended the run. */
function trustOf(evidence: Evidence, { said, end }: Searched): Check[] {
  const mute = new Set(said.filter((it) => it.mute !== null).map((it) => it.trial));
  if (evidence.status === "failed") mute.delete(evidence.trials.at(-1)?.index ?? 0);
  const trials = evidence.trials.filter((it) => !mute.has(it.index));
  const checks = validity({ ...evidence, trials }).map((it) => (it.title === TRIALS ? triedIn(it, trials) : it));
  const told: Check[] = end === null || end.end === "answered" ? [] : [endCheck(end, said)];
  // A target at its limit keeps a machine busy that it has for itself; which trials others disturbed is asked of each.
  return [
    ...told,
    ...neighbours(said),
    ...checks.map(({ inconclusive: _, ...it }) => ({ ...it, text: it.text.replace(TOO_NOISY, "") })),
  ];
}

/** Bad trials of theirs are undecided: what could be found is less, and none of it wrong. */
function neighbours(said: Searched["said"]): Check[] {
  const disturbed = said.filter((it) => it.disturbed !== null);
  if (disturbed.length === 0) return [];
  const text = `${disturbed.length} of ${counted(said.length, "trial")} disturbed, and no bad one among them is held against the target: ${disturbed.at(-1)?.disturbed} in trial ${disturbed.at(-1)?.trial}`;
  return [{ status: "warning", title: "Neighbours", text }];
}

/** A search takes as many trials as it needs, and looks for those that fail under their load. */
function triedIn(check: Check, trials: Evidence["trials"]): Check {
  if (check.status === "invalid") return check;
  const bad = trials.filter((it) => it.outcome === "failed" && it.loadStart !== null).length;
  const [unloaded, cut] = [
    trials.filter((it) => it.outcome === "failed").length - bad,
    trials.filter((it) => it.outcome === null || it.outcome === "interrupted").length,
  ];
  const parts = [
    bad > 0 ? `${bad} ended early under their load and are bad` : "",
    unloaded > 0 ? `${unloaded} never came to their load` : "",
    cut > 0 ? `${cut} cut off` : "",
  ];
  return {
    ...check,
    status: unloaded + cut > 0 ? "warning" : "ok",
    text: [counted(trials.length, "trial"), ...parts.filter((it) => it !== "")].join("; "),
  };
}

/** What held before the end was proved by trials that were as they should be. Without any there is nothing to believe. */
function endCheck({ end, text }: NonNullable<Searched["end"]>, said: Searched["said"]): Check {
  const title = "Search";
  if (end !== "generator") return { status: "warning", title, text };
  return said.some((it) => it.mute === null)
    ? { status: "warning", title, text: `what is beyond says nothing of the target: ${text}` }
    : { status: "invalid", title, text };
}

function answered({ found, end }: Searched): Verdict {
  if (end?.end !== "answered") return "inconclusive";
  if (found.some((it) => it.status === "not-even")) return "failed";
  return found.every((it) => it.status === "found" || it.status === "at-least") ? "pass" : "inconclusive";
}

const cutOff = ({ status, statusReason }: Judgement["run"]): string =>
  `The run ${status === "failed" ? "failed" : "was interrupted"}${statusReason === null ? "" : ` (${statusReason})`} before the search came to its end.`;

function sentencesOf({ search, found, headroom }: Searched): string[] {
  const several = found.length > 1;
  const goals = found.map(
    (it, i) => `${several ? `${it.name}: ` : ""}${foundInWords(it, search.goals[i]?.while ?? [], search)}`,
  );
  const spare =
    headroom === null || search.headroom === null
      ? []
      : [`while ${search.headroom.fault} strikes: ${foundInWords(headroom, search.headroom.while, search)}`];
  return [...goals, ...spare].map((it) => `${capitalized(it)}.`);
}

function gateSentence(deciding: readonly Finding[]): string {
  const bad = deciding.find((it) => it.verdict === "failed") ?? deciding.find((it) => it.verdict === "inconclusive");
  if (bad !== undefined) return `${bad.title}: ${bad.because}`;
  return deciding.length === 0 ? "" : deciding.length === 1 ? "The gate passes." : `All ${deciding.length} gates pass.`;
}

function howSearched({ search }: Searched): Judgement["how"] {
  const { exceed, repeat, over } = search;
  return [
    {
      term: "What is counted",
      text: `A trial: one start of everything, one load. It is good when all conditions of a goal hold in it, 99 % of the requests are answered where the goal does not bound errors, and the backlog does not grow at its end.`,
    },
    {
      term: "Lower and upper bound",
      text: `As in RFC 9971 (MLRsearch). A load is a lower bound when it holds in ${shareInWords(exceed)}, even if all of ${repeat} trials that are still to come were bad; an upper bound when it would not even if they were good.`,
    },
    {
      term: "The answer",
      text: `Where a logistic curve through all trials near the bounds says that the chance of a good trial is ${shareInWords(exceed)}, with its profile-likelihood interval at a nominal ${CONFIDENCE * 100} %. ${ERROR_RATE}`,
    },
    {
      term: "After a bad trial",
      text: `${loadInWords(search.from, over)} has to hold again before anything else is tried.`,
    },
    {
      term: "What it does not say",
      text: "It holds for this machine and this mix of requests. What no trial saw, such as a leak over days or a larger data set, it can't know.",
    },
  ];
}

/** Going on with a search only adds trials: nothing was promised that they could break. */
function nextOf({ run, status }: Evidence, { end }: Searched, command: string): string | null {
  const resume = `${again(run, command, ["--resume"])} --resume ${quoted(run.id)}`;
  if (end?.end === "trials")
    return `${resume} --set search.trials=${(run.scenario.search?.trials ?? 0) * 2}  # goes on where it ended`;
  if (end?.end === "time")
    return `${resume} --set search.within=${Math.round(((run.scenario.search?.withinMs ?? 0) * 2) / 1000)}s  # goes on where it ended`;
  if (end?.end === "disturbed") return `${resume}  # goes on where it ended, once the machine has less else to do`;
  if (end === null && status === "interrupted") return `${resume}  # goes on where it was cut off`;
  return end?.end === "generator" ? `${command} doctor  # what this machine can and can't do` : null;
}
