/** From evidence and conditions to the judgement: the same record gives the same bytes. */
import type { Trials } from "../../runner/record/scenario.ts";
import { environment } from "../analyses/environment.ts";
import { faultReports } from "../analyses/faults.ts";
import type { Check } from "../analyses/parts.ts";
import { scalarOf } from "../analyses/scalars.ts";
import { searchedIn } from "../analyses/search/report.ts";
import { sections } from "../analyses/sections/sections.ts";
import { table } from "../analyses/table.ts";
import { timeline } from "../analyses/timeline.ts";
import { validity } from "../analyses/validity/validity.ts";
import { bridgeOf } from "../baseline/fingerprint.ts";
import type { StoredBaseline } from "../baseline/format.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { calibrationCheck, calibrationOf } from "./calibration/calibration.ts";
import { falseAlarmsOf } from "./calibration/false-alarms.ts";
import { confirmed } from "./confirmation.ts";
import type { Against } from "./control.ts";
import { assessClaims, assessGates } from "./findings/assess.ts";
import { fixedLevels, type Levels, levelsAt } from "./inference/levels.ts";
import { ALPHA, ALPHA_FAIL } from "./inference/limits.ts";
import type { JudgeOptions } from "./judge-options.ts";
import type { AgainstSummary, Finding, Judgement, RunSummary, Verdict } from "./judgement.ts";
import { worstOf } from "./order.ts";
import { type OutcomeRule, runOutcomes } from "./prepare/outcomes.ts";
import { judgeSearch } from "./search/judge.ts";
import { summaryOf } from "./summary.ts";
import { unbelieved, unproved } from "./unbelieved.ts";
import { errorRateOf } from "./words/error-rate.ts";
import { headlineOf, reasonsOf } from "./words/headline.ts";
import { howDecided } from "./words/how-decided.ts";
import { nextOf, quoted } from "./words/next.ts";
import { besideStored, storedCheck } from "./words/stored.ts";

export function judge(evidence: Evidence, options: JudgeOptions = {}): Judgement {
  const searched = searchedIn(evidence);
  return searched === null ? judgeTrials(evidence, options) : judgeSearch(evidence, searched, options);
}

/** Trials that are repeated, not chosen. */
function judgeTrials(evidence: Evidence, options: JudgeOptions): Judgement {
  const { run } = evidence;
  const { gates: asked, claims: claimed } = options.conditions ?? run.scenario;
  const summary = summaryOf(evidence, options.conditions !== undefined);
  const levels = levelsOf(run.scenario.trials, summary.blocks.done);
  const against = againstOf(options);
  const assessed = confirmed(assessGates(evidence, asked, scalarOf, levels, against), options.confirmation ?? null);
  const claimsAlone = assessClaims(evidence, claimed, scalarOf, levels, against);
  const outcomes = runOutcomes(evidence, against);
  const calibration = calibrationOf(options.calibration ?? []);
  const falseAlarms = falseAlarmsOf(calibration, assessed);
  const trust = [
    ...validity(evidence),
    ...(against === null ? [] : [storedCheck(evidence, against.stored, assessed)]),
    ...(options.checks ?? []),
    ...outcomes.map(checkOf),
    calibrationCheck(calibration),
  ];
  const noise = trust
    .filter((it) => it.inconclusive === true)
    .map((it) => `The ${it.title.toLowerCase()} was ${it.text}`);
  const invalid = trust.some((it) => it.status === "invalid");
  const gates = invalid ? assessed.map(unbelieved) : assessed;
  const claims = invalid
    ? claimsAlone.map(unbelieved).map(unproved)
    : noise.length > 0
      ? claimsAlone.map(unproved)
      : claimsAlone;
  const limits = limitsOf(summary, gates, claims);
  const apart = verdictOf({ gates, trust, outcomes, limits });
  const verdict = noise.length > 0 && apart !== "invalid" ? "inconclusive" : apart;
  const failures = outcomes.map((it) => it.because);
  const broken = Object.values(Object.groupBy(evidence.trials, (it) => it.arm)).some((of) =>
    of?.every((it) => it.outcome === "failed"),
  );
  const manyArms = new Set(gates.map((it) => it.arm)).size > 1;
  const grounds = { verdict: apart, gates, trust, failures, limits, noise, manyArms };
  return {
    schema: 1,
    run: summary,
    verdict,
    headline: headlineOf(grounds),
    reasons: reasonsOf(grounds),
    gates,
    claims,
    against: against === null ? null : summaryOfStored(evidence, against.stored),
    trust,
    faults: faultReports(evidence),
    sections: sections(evidence, [...gates, ...claims]),
    timeline: timeline(evidence),
    table: table(evidence),
    environment: besideStored(environment(evidence), evidence, against?.stored ?? null),
    reproduce: { commands: [run.command.map(quoted).join(" ")], source: run.source },
    errorRate: errorRateOf(gates, levels),
    falseAlarms,
    how: howDecided({ run: summary, gates, levels, falseAlarms }),
    next: nextOf({
      verdict,
      run,
      summary,
      gates,
      noisy: noise.length > 0,
      broken,
      command: options.command ?? "shakedown",
    }),
  };
}

const againstOf = ({ against = null, between = () => null }: JudgeOptions): Against | null =>
  against === null ? null : { stored: against, between };

const summaryOfStored = ({ run }: Evidence, stored: StoredBaseline): AgainstSummary => ({
  run: stored.run,
  arm: stored.arm,
  measuredAt: stored.measuredAt,
  trials: stored.trials.length,
  bridged: bridgeOf(stored, run).kind === "bridged",
});

const levelsOf = ({ looks }: Trials, blocks: number): Levels =>
  looks === undefined || blocks === 0
    ? fixedLevels(ALPHA, ALPHA_FAIL)
    : levelsAt(looks, blocks, { alpha: ALPHA, alphaFail: ALPHA_FAIL });

/** Both arms failed: the report's trust section says so too. */
const checkOf = ({ verdict, because }: OutcomeRule): Check => ({
  status: verdict === "invalid" ? "invalid" : "warning",
  title: "Failed trials",
  text: because,
});

interface Grounds {
  readonly gates: readonly Finding[];
  readonly trust: readonly Check[];
  readonly outcomes: readonly OutcomeRule[];
  readonly limits: readonly string[];
}

/** invalid > regressed, failed > inconclusive > pass. A noisy host comes between the first two: it proves nothing, neither way. */
const verdictOf = ({ gates, trust, outcomes, limits }: Grounds): Verdict =>
  worstOf([
    ...trust.map((it): Verdict => (it.status === "invalid" ? "invalid" : "pass")),
    ...gates.filter((it) => !it.advisory).map((it) => it.verdict),
    ...outcomes.map((it) => it.verdict),
    ...limits.map((): Verdict => "inconclusive"),
  ]);

/** Why this run can't pass, whatever its gates say: it ended early, or nothing decides. */
function limitsOf(
  { status, statusReason, blocks }: RunSummary,
  gates: readonly Finding[],
  claims: Judgement["claims"],
): string[] {
  const early =
    status === "completed"
      ? []
      : [
          `The run ${status === "failed" ? "failed" : "was interrupted"} after ${blocks.done} of ${blocks.planned} blocks${statusReason === null ? "" : ` (${statusReason})`}: what there is can fail a gate, not pass the run.`,
        ];
  const asked =
    gates.length === 0
      ? [
          claims.length === 0
            ? "Nothing was asked: the scenario has no gates, so there is nothing to pass."
            : `Only claims were asked (${claimsInWords(claims)}), which do not decide: the scenario has no gates, so there is nothing to pass.`,
        ]
      : gates.every((it) => it.advisory)
        ? ["Nothing decides: every gate is advisory."]
        : [];
  return [...early, ...asked];
}

/** `1 supported, 2 inconclusive` */
const claimsInWords = (claims: Judgement["claims"]): string =>
  [...Map.groupBy(claims, (it) => it.claim)]
    .map(([claim, all]) => `${all.length} ${claim.replace("-", " ")}`)
    .join(", ");
