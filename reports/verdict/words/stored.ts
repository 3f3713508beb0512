/** What a comparison with a stored baseline may say, and why, in the words of whoever decides about a release. */
import { counted } from "../../../runner/shared/format.ts";
import type { EnvironmentFact } from "../../analyses/environment.ts";
import type { Check } from "../../analyses/parts.ts";
import {
  type Bridge,
  bridgeOf,
  type Difference,
  differenceInWords,
  environmentDiffers,
} from "../../baseline/fingerprint.ts";
import type { StoredBaseline } from "../../baseline/format.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import type { Control } from "../control.ts";
import { SESSIONS } from "../inference/limits.ts";
import type { Finding } from "../judgement.ts";

const dayOf = ({ measuredAt }: Pick<StoredBaseline, "measuredAt">): string => measuredAt.slice(0, 10);

export const controlTag = (control: Control, sessions: number | null): string[] => {
  switch (control) {
    case "interleaved":
      return [];
    case "bridged":
      return ["bridged by the reference arm"];
    case "unbridged":
      return [sessions === null ? "drift not controlled" : "drift from history"];
  }
};

/** What keeps the numbers of two sessions from deciding anything. */
export function driftUnknown(it: {
  readonly stored: StoredBaseline;
  readonly bridge: Bridge;
  readonly elsewhere: readonly Difference[];
  /** Of history that there are. */
  readonly sessions: number;
}): string {
  const { stored, bridge, elsewhere, sessions } = it;
  const refused =
    bridge.kind === "refused"
      ? ` The reference arm can't tie the two together, the fingerprints differ: ${bridge.because.join("; ")}.`
      : elsewhere.length > 0
        ? ` They were made in different environments: ${elsewhere.map(differenceInWords).join("; ")}.`
        : "";
  const have = sessions > 0 ? ` (there are ${sessions})` : "";
  return [
    `compared with what run ${stored.run} measured on ${dayOf(stored)}, not with a baseline that ran beside it. The machine may have changed in between, `,
    "and one session does not tell by how much: the difference shown may be the machine's, so it neither passes nor fails.",
    `${refused} To decide it, run both variants in one run (arms named baseline and candidate, or --baseline-ref), or keep an arm named reference `,
    `in the scenario and accept a baseline with it, or collect ${SESSIONS} sessions of history${have}`,
  ].join("");
}

export const bridgeBroken = (lost: number): string =>
  `the reference arm has no value of its own in ${counted(lost, "trial")}: what has to tie the two sessions together does not hold`;

export const tooFewTied = (now: number, then: number): string =>
  `${now === 1 ? "1 trial" : `${now} trials`} of this run and ${then} of the stored session can be compared: at least 2 of each are needed`;

export const ranksAcrossDrift =
  "some trials have no value of their own and rank worst, and ranks know nothing of how far sessions are apart";

/** After the reason of a verdict. */
export const controlInWords = (control: Control, sessions: number | null): string =>
  control === "bridged"
    ? " Both sessions ran the same reference arm: what the machine does to it and to this arm alike is taken out of the change, though not of the values."
    : sessions === null
      ? ""
      : ` How far sessions are apart on this machine is taken from ${counted(sessions, "session")} of history.`;

/** Of the trust section: what was compared with, and how drift is controlled. */
export function storedCheck(evidence: Evidence, stored: StoredBaseline, gates: readonly Finding[]): Check {
  const from = `${stored.arm} of run ${stored.run}, measured on ${dayOf(stored)} (${counted(stored.trials.length, "trial")}, shakedown ${stored.versions.shakedown})`;
  const bridge = bridgeOf(stored, evidence.run);
  const elsewhere = environmentDiffers(stored, evidence.run).map(differenceInWords);
  const byHistory = gates.some((it) => it.tags.includes("drift from history"));
  const tie =
    bridge.kind === "bridged"
      ? "tied to this run by the reference arm, which ran in both under the same fingerprint"
      : bridge.kind === "refused"
        ? `the reference arm can't tie it to this run, the fingerprints differ: ${bridge.because.join("; ")}`
        : byHistory
          ? "nothing ran in both sessions; how far sessions are apart is taken from history"
          : `nothing ran in both sessions, so drift between them is not controlled${elsewhere.length > 0 ? `; ${elsewhere.join("; ")}` : ""}`;
  const forced = stored.forced ? [`it was accepted by force from a run whose verdict was ${stored.verdict}`] : [];
  return {
    status: bridge.kind === "bridged" && forced.length === 0 ? "ok" : "warning",
    title: "Baseline",
    text: [from, tie, ...forced].join("; "),
  };
}

/** Facts of this run with what they were in the stored session, where that was something else. */
export function besideStored(
  facts: readonly EnvironmentFact[],
  { run }: Evidence,
  stored: StoredBaseline | null,
): readonly EnvironmentFact[] {
  if (stored === null) return facts;
  const changed = [
    ...environmentDiffers(stored, run),
    ...(stored.versions.shakedown === run.versions.shakedown
      ? []
      : [{ name: "shakedown", stored: stored.versions.shakedown, now: run.versions.shakedown }]),
  ];
  const shown = facts.map((fact) => {
    const was = changed.find((it) => it.name === fact.name);
    if (was === undefined) return fact;
    const then = was.stored === null ? "not recorded for the baseline" : `baseline: ${was.stored}`;
    return { ...fact, differs: [fact.differs, then].filter((it) => it !== null).join("; ") };
  });
  const gone = changed.filter((it) => !facts.some((fact) => fact.name === it.name));
  return [
    ...shown,
    ...gone.map(({ name, stored: was }) => ({ name, value: "not recorded", differs: `baseline: ${was}` })),
  ];
}

/** For the paragraph that says how sure a judgement is. */
export function storedErrorRate(gates: readonly Finding[]): string[] {
  const having = (tag: string) => gates.filter((it) => it.tags.includes(tag)).length;
  const compared = (count: number) =>
    `${counted(count, "gate")} ${count === 1 ? "is" : "are"} compared with another session`;
  const [bridged, history, open] = [
    having("bridged by the reference arm"),
    having("drift from history"),
    having("drift not controlled"),
  ];
  return [
    bridged > 0
      ? `${compared(bridged)} through the reference arm, which ran in both sessions: the rates hold as far as the machine treats it and the arms compared alike.`
      : "",
    history > 0
      ? `${compared(history)}; how far sessions are apart is taken from history and part of every bound: the rates hold as far as sessions differ as they did before.`
      : "",
    open > 0
      ? `${compared(open)} and nothing ties the two together: drift between the sessions is not controlled, no error rate is known, and the verdict on ${open === 1 ? "it" : "them"} is inconclusive.`
      : "",
  ];
}
