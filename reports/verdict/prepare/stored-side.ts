/** A stored session as the other side of a comparison: its values, the bridge to today where there is one, and what stands in the way. */
import { conditionKey } from "../../../runner/record/condition-key.ts";
import { type Bridge, bridgeOf, environmentDiffers } from "../../baseline/fingerprint.ts";
import type { StoredSample, StoredValue } from "../../baseline/format.ts";
import { placeIn, placeOf, samePlace } from "../../baseline/place.ts";
import type { Evidence, Scalar } from "../../evidence/evidence.ts";
import { median } from "../../stats/describe.ts";
import type { Against, Control } from "../control.ts";
import type { Comparison, Known, Terms } from "../inference/comparison.ts";
import { SESSIONS } from "../inference/limits.ts";
import { compareSamples } from "../inference/unpaired.ts";
import type { Drift } from "../inference/welch.ts";
import { bridgeBroken, driftUnknown, ranksAcrossDrift, tooFewTied } from "../words/stored.ts";
import type { Hypothesis } from "./hypotheses.ts";
import { type Read, type Sample, samplesOf } from "./samples.ts";

export interface StoredTrial {
  readonly trial: { readonly index: number; readonly block: number };
  readonly scalar: Scalar;
}

export interface StoredSide {
  readonly control: Exclude<Control, "interleaved">;
  readonly trials: readonly StoredTrial[];
  /** Sessions of history that drift is known from; null where it is not, or need not be. */
  readonly sessions: number | null;
  /** Keeps it undecided, whatever the numbers say. */
  readonly obstacle: string | null;
  /** Null without two values on either side. */
  readonly comparison: Comparison | null;
}

interface Asking {
  readonly evidence: Evidence;
  readonly hypothesis: Hypothesis;
  readonly candidate: readonly Sample[];
  readonly read: Read;
}

/** @param termsOf what is asked, given the stored values */
export function storedSide(
  asking: Asking,
  against: Against,
  termsOf: (values: readonly number[]) => Terms,
): StoredSide {
  const { stored } = against;
  const bridge = bridgeOf(stored, asking.evidence.run);
  const control = bridge.kind === "bridged" ? "bridged" : "unbridged";
  const sample = sampleFor(asking, against);
  if (sample?.values === undefined) {
    const what = asking.hypothesis.metric.title.toLowerCase();
    const obstacle =
      sample?.absent === undefined
        ? `the stored baseline has no ${what} there: it was accepted before this was asked. Accept a new one`
        : `the stored baseline has no ${what} there: ${sample.absent}`;
    return { control, trials: [], sessions: null, obstacle, comparison: null };
  }
  const trials = stored.trials.map(({ trial, block, reason }, i) => ({
    trial: { index: trial, block },
    scalar: scalarOf(sample.values?.[i] ?? null, reason),
  }));
  const terms = termsOf(trials.flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : [])));
  const negative = [...trials, ...asking.candidate].some(({ scalar }) => scalar.kind === "value" && scalar.value < 0);
  if (terms.scale === "ratio" && negative) return { control, trials, sessions: null, obstacle: null, comparison: null };
  return bridge.kind === "bridged"
    ? {
        ...bridged(asking, { trials, reference: sample.reference ?? [] }, terms),
        control: "bridged",
        trials,
        sessions: null,
      }
    : { ...unbridged(asking, against, { bridge, trials }, terms), control: "unbridged", trials };
}

function sampleFor({ evidence, hypothesis }: Asking, { stored }: Against): StoredSample | undefined {
  const { phases, arms } = evidence.run.scenario;
  const arm = arms.find((it) => it.name === hypothesis.arm);
  if (arm === undefined) return undefined;
  const place = placeOf(hypothesis.condition, { phases, load: arm.load });
  return stored.samples.find((it) => samePlace(placeIn(it), place));
}

function scalarOf(value: StoredValue, reason = "no value of its own in the stored session"): Scalar {
  if (value === null) return { kind: "absent", reason: "not measured in the stored session" };
  if (typeof value === "number") return { kind: "value", value };
  return { kind: "worst", reason, atLeast: value === "worst" ? null : Number(value.replace(">=", "")) };
}

const isKnown = (it: Scalar | undefined): it is Known => it !== undefined && it.kind !== "absent";

/** Each trial as how it was to the reference of its block: what moves both alike is gone. */
function bridged(
  { evidence, hypothesis, candidate, read }: Asking,
  { trials, reference }: { readonly trials: readonly StoredTrial[]; readonly reference: readonly StoredValue[] },
  terms: Terms,
): Pick<StoredSide, "obstacle" | "comparison"> {
  const partners = new Map(
    samplesOf(evidence, "reference", hypothesis.condition, read).map((it) => [it.trial.block, it.scalar]),
  );
  const now = candidate.map(({ trial, scalar }) => [scalar, partners.get(trial.block)] as const);
  const then = trials.map(({ scalar }, i) => [scalar, scalarOf(reference[i] ?? null)] as const);
  const lost = [...now, ...then].filter(([, partner]) => partner?.kind === "worst").length;
  if (lost > 0) return { obstacle: bridgeBroken(lost), comparison: null };
  const [tiedNow, tiedThen] = [now, then].map((pairs) => pairs.flatMap((it) => tied(...it, terms))) as [
    Known[],
    Known[],
  ];
  return tiedNow.length < 2 || tiedThen.length < 2
    ? { obstacle: tooFewTied(tiedNow.length, tiedThen.length), comparison: null }
    : { obstacle: null, comparison: fixed(compareSamples(tiedThen, tiedNow, terms)) };
}

/** Candidate over reference on the ratio scale, minus it on the other; nothing where either is missing. */
function tied(own: Scalar, reference: Scalar | undefined, { scale }: Terms): Known[] {
  if (!isKnown(own) || reference?.kind !== "value") return [];
  if (own.kind === "worst") return [own];
  const value =
    scale === "difference"
      ? own.value - reference.value
      : own.value === reference.value
        ? 1
        : own.value / reference.value;
  return [{ kind: "value", value }];
}

function unbridged(
  { evidence, hypothesis, candidate }: Asking,
  { stored, between }: Against,
  { bridge, trials }: { readonly bridge: Bridge; readonly trials: readonly StoredTrial[] },
  terms: Terms,
): Pick<StoredSide, "obstacle" | "comparison" | "sessions"> {
  const [now, then] = [candidate, trials].map((side) => side.map(({ scalar }) => scalar).filter(isKnown)) as [
    Known[],
    Known[],
  ];
  const history = between(conditionKey(hypothesis.condition));
  const elsewhere = environmentDiffers(stored, evidence.run);
  // History was collected on one machine: what another one does differently is not in its spread.
  const drift = elsewhere.length > 0 ? null : driftOf(history, hypothesis, { terms, then });
  const comparison = now.length < 2 || then.length < 2 ? null : fixed(compareSamples(then, now, terms, drift));
  const sessions = history?.sessions ?? 0;
  if (drift === null)
    return { obstacle: driftUnknown({ stored, bridge, elsewhere, sessions }), comparison, sessions: null };
  if (comparison === null) return { obstacle: tooFewTied(now.length, then.length), comparison, sessions };
  return { obstacle: comparison.method === "rank-sum" ? ranksAcrossDrift : null, comparison, sessions };
}

/** On the scale of the comparison; null without enough sessions. */
function driftOf(
  history: ReturnType<Against["between"]>,
  { metric }: Hypothesis,
  { terms, then }: { readonly terms: Terms; readonly then: readonly Known[] },
): Drift | null {
  if (history === null || history.sessions < SESSIONS) return null;
  if (terms.scale === metric.scale) return history;
  // A logarithm times the level: a margin in the metric's unit was asked of a metric that is compared as a ratio.
  const level = then.flatMap((it) => (it.kind === "value" ? [Math.abs(it.value)] : []));
  return level.length === 0 ? null : { ...history, sd: history.sd * median(level) };
}

/** More trials of today make one side surer only: how many would decide it is not what a number of pairs says. */
const fixed = (it: Comparison): Comparison => ({ ...it, noise: null });
