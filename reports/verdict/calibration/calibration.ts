/** How often nothing is called something, measured: A/A sessions of the same baseline on the same class of host. */
import { conditionKey } from "../../../runner/record/condition-key.ts";
import { formatP, formatValue } from "../../../runner/shared/format.ts";
import { seeded } from "../../../runner/shared/random.ts";
import type { Check } from "../../analyses/parts.ts";
import type { AaGate, AaSession } from "../../baseline/aa-session.ts";
import { clopperPearson } from "../../stats/binomial.ts";
import { standardDeviation } from "../../stats/describe.ts";
import { pairedT, pValues } from "../../stats/t-test.ts";
import { uniformityP } from "../../stats/uniformity.ts";
import { type Known, type Terms, transformedMargin } from "../inference/comparison.ts";
import { decideFamily } from "../inference/family.ts";
import { fixedLevels } from "../inference/levels.ts";
import { ALPHA, ALPHA_FAIL } from "../inference/limits.ts";
import { compare, type Pair } from "../inference/paired.ts";
import type { Finding, Judgement } from "../judgement.ts";
import { alarmsInWords, type MeasuredAlarms } from "./false-alarms.ts";

interface Calibration extends MeasuredAlarms {
  /** By condition key: standard deviation of the pair differences, pooled over sessions. */
  readonly spreads: ReadonlyMap<string, Spread>;
  /** Signs that both arms were not treated alike. */
  readonly doubts: readonly string[];
}

interface Spread extends Pick<AaGate, "scale" | "better" | "title"> {
  readonly spread: number;
  readonly sessions: number;
}

/** Swaps of each session. */
const SWAPS = 200;
/** Sessions from which on p-values are asked whether they are uniform. */
const ENOUGH = 8;
const DOUBT = 0.01;

/** Null without a session. */
export function calibrationOf(sessions: readonly AaSession[]): Calibration | null {
  if (sessions.length === 0) return null;
  const falseAlarms = sessions.filter((it) => it.verdict === "regressed").length;
  return {
    sessions: sessions.length,
    falseAlarms,
    interval: clopperPearson(falseAlarms, sessions.length),
    relabelled: relabelled(sessions),
    spreads: spreadsOf(sessions),
    doubts: doubtsOf(sessions),
  };
}

/** The line that an A/A run adds. */
export function aaSessionOf({ run, verdict, gates }: Judgement, hash: string): AaSession {
  return {
    v: 1,
    run: run.id,
    at: run.startedAt,
    shakedown: run.shakedown,
    hash,
    verdict,
    gates: gates.filter((it) => it.versus !== null && it.bound.kind === "margin").map(aaGateOf),
  };
}

function aaGateOf(gate: Finding): AaGate {
  const { condition, metric, bound, title, verdict } = gate;
  const terms = {
    scale: bound.kind === "margin" && bound.relative ? "ratio" : "difference",
    better: metric.better,
    margin: bound.value,
  } as const;
  return {
    key: conditionKey(condition),
    title,
    scale: terms.scale,
    better: terms.better,
    margin: transformedMargin(terms),
    verdict,
    differences: differencesOf(gate, terms),
  };
}

function differencesOf({ trials, arm, versus }: Finding, { scale, better }: Pick<Terms, "scale" | "better">) {
  return [...Map.groupBy(trials, (it) => it.block).values()].flatMap((block): AaGate["differences"] => {
    const [own, other] = [arm, versus].map((name) => block.find((it) => it.arm === name));
    if (own === undefined || other === undefined) return [];
    const known = (it: typeof own) => it.worst || it.value !== null;
    if (!known(own) || !known(other)) return [];
    if (own.worst || other.worst) return own.worst === other.worst ? [0] : [own.worst ? "worse" : "better"];
    const [a, b] = [own.value as number, other.value as number];
    const larger = scale === "difference" ? a - b : a === b ? 0 : Math.log(a / b);
    const worse = better === "lower" ? larger : -larger;
    return Number.isFinite(worse) ? [worse + 0] : [worse > 0 ? "worse" : "better"];
  });
}

/** In A/A sessions the names of the arms mean nothing: swapping them within pairs gives sessions that might have been. */
function relabelled(sessions: readonly AaSession[]): number | null {
  const usable = sessions.filter((it) => it.gates.some((gate) => gate.differences.length >= 2));
  if (usable.length === 0) return null;
  let alarms = 0;
  for (const session of usable) {
    const random = seeded(1, `relabel ${session.run}`);
    for (let i = 0; i < SWAPS; i++) {
      const most = Math.max(...session.gates.map((it) => it.differences.length));
      const signs = Array.from({ length: most }, () => (random() < 0.5 ? 1 : -1));
      if (alarmed(session, signs)) alarms++;
    }
  }
  return alarms / (usable.length * SWAPS);
}

function alarmed({ run, gates }: AaSession, signs: readonly number[]): boolean {
  const levels = fixedLevels(ALPHA, ALPHA_FAIL);
  const family = gates.map(({ differences, margin, key }) => {
    if (differences.length < 2) return null;
    const pairs = differences.map((it, i) => pairOf(it, signs[i] as number, i));
    const stream = () => seeded(1, `${run} ${key}`);
    return compare(pairs, {
      scale: "difference",
      better: "lower",
      margin,
      alpha: levels.pass,
      resolution: 0,
      rounding: 0,
      stream,
    });
  });
  return decideFamily(family, levels).some((it) => it?.verdict === "regressed");
}

/** A pair that differs by so much. */
function pairOf(difference: AaGate["differences"][number], sign: number, block: number): Pair {
  const value = (it: number): Known => ({ kind: "value", value: it });
  const worst: Known = { kind: "worst", reason: "no value of its own", atLeast: null };
  if (typeof difference === "number") return { block, baseline: value(0), candidate: value(sign * difference) };
  return (difference === "worse") === sign > 0
    ? { block, baseline: value(0), candidate: worst }
    : { block, baseline: worst, candidate: value(0) };
}

const finite = ({ differences }: AaGate): number[] => differences.filter((it) => typeof it === "number");

function spreadsOf(sessions: readonly AaSession[]): Map<string, Spread> {
  const byKey = Map.groupBy(
    sessions.flatMap((it) => it.gates),
    (it) => `${it.key} ${it.scale}`,
  );
  return new Map(
    [...byKey.values()].flatMap((gates): [string, Spread][] => {
      const [first] = gates;
      const used = gates.map(finite).filter((it) => it.length >= 2);
      if (first === undefined || used.length === 0) return [];
      const freedom = used.reduce((sum, it) => sum + it.length - 1, 0);
      const squares = used.reduce((sum, it) => sum + (it.length - 1) * standardDeviation(it) ** 2, 0);
      const { key, title, scale, better } = first;
      return [[key, { title, scale, better, spread: Math.sqrt(squares / freedom), sessions: used.length }]];
    }),
  );
}

/** Where arms are alike, p-values are uniform: anything else is a bias of the slot, or trials that depend on each other. */
function doubtsOf(sessions: readonly AaSession[]): string[] {
  const byKey = Map.groupBy(
    sessions.flatMap((it) => it.gates),
    (it) => it.key,
  );
  return [...byKey.values()].flatMap((gates) => {
    const p = gates
      .map(finite)
      .filter((it) => it.length >= 2 && standardDeviation(it) > 0)
      .map((it) => pValues(pairedT(it)).greater);
    if (p.length < ENOUGH) return [];
    const doubt = uniformityP(p);
    // Each gate is asked on its own: Bonferroni over them.
    return doubt * byKey.size <= DOUBT
      ? [
          `p-values of ${gates[0]?.title} over ${p.length} A/A sessions are not uniform (Kolmogorov-Smirnov, p ${formatP(doubt)}): the arms are not treated alike, or pairs depend on each other`,
        ]
      : [];
  });
}

/** A line for "can this run be trusted". */
export function calibrationCheck(it: Calibration | null): Check {
  const title = "Calibration";
  if (it === null)
    return {
      status: "ok",
      title,
      text: "no A/A session of this baseline on this class of host: false alarms are as promised by the method, not measured (run --aa measures them)",
    };
  const text = alarmsInWords(it);
  // More than promised, for certain.
  const broken = it.interval.lower > ALPHA_FAIL;
  return it.doubts.length > 0 || broken
    ? {
        status: "warning",
        title,
        text: [
          text,
          ...(broken ? [`more than the ${formatValue(ALPHA_FAIL, "ratio")} promised`] : []),
          ...it.doubts,
        ].join("; "),
      }
    : { status: "ok", title, text };
}
