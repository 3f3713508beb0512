/** What a session leaves to the history: the gates' conditions and the main rows of the full table, of every arm, against its baseline. */
import { hash } from "node:crypto";
import { conditionKey } from "../../runner/record/condition-key.ts";
import { type Metric, metricNamed, metricOf } from "../../runner/record/metrics.ts";
import { baselineRefFact } from "../../runner/record/run-file.ts";
import type { Arm, Condition } from "../../runner/record/scenario.ts";
import { centerOf, where } from "../analyses/centers.ts";
import { absorbedInSome, faultState } from "../analyses/fault-state.ts";
import { scalarOf } from "../analyses/scalars.ts";
import { placesOf } from "../analyses/table.ts";
import { placeOf } from "../baseline/place.ts";
import type { Evidence, Scalar, TrialEvidence } from "../evidence/evidence.ts";
import { ended, trialsOf } from "../evidence/trials-of.ts";
import { mean, standardError } from "../stats/describe.ts";
import type { MetricLine, SessionLine } from "./lines.ts";

/** Followed where nobody asked: one of each kind, in the main place of each, and every fault's recovery. */
const MAIN: readonly string[] = [
  ...["latency.p50", "latency.p99", "errors.ratio", "throughput", "recovery.time"],
  ...["cpu.per-request", "memory.peak", "gc.pause.share", "oom.kills"],
];
/** Conditions of one session; those that were asked come first. */
const MOST_CONDITIONS = 48;
/** Digits of a value: a hundredth of what histograms tell apart, and few enough to be read. */
const DIGITS = 6;

/** What only the caller knows. */
export type About = Pick<SessionLine, "type" | "commit" | "dirty" | "release" | "verdict" | "report">;

/** @param evidence of a run that came to its end */
export function sessionLine(evidence: Evidence, about: About): SessionLine {
  const { run } = evidence;
  const { arms, trials } = run.scenario;
  const versus = versusIn(arms);
  const conditions = conditionsOf(evidence);
  return {
    v: 1,
    type: about.type,
    run: run.id,
    at: run.startedAt,
    seed: trials.seed,
    commit: about.commit,
    dirty: about.dirty,
    release: about.release,
    shakedown: run.versions.shakedown,
    host: run.host,
    verdict: about.verdict,
    report: about.report,
    arms: arms.map((it) => ({ name: it.name, hash: it.hash, setup: setupOf(it) })),
    versus:
      versus === null
        ? null
        : { arm: versus.name, hash: versus.hash, ref: versus.name === "baseline" ? refOf(evidence) : null },
    metrics: arms.flatMap((arm) => conditions.flatMap((it) => metricLine(evidence, arm, versus, it) ?? [])),
  };
}

/** An arm that never changes is the better measure; else the baseline; with nothing beside it an arm stands for itself. */
const versusIn = (arms: readonly Arm[]): Arm | null =>
  arms.length < 2
    ? null
    : (arms.find((it) => it.name === "reference") ?? arms.find((it) => it.name === "baseline") ?? null);

const refOf = ({ run }: Evidence): string | null => run.environment[baselineRefFact] ?? null;

/** One name for all that may not differ between nights. */
export const setupOf = ({ setup, hash: measured }: Pick<Arm, "setup" | "hash">): string =>
  setup === undefined ? measured : hash("sha256", JSON.stringify(setup)).slice(0, 12);

function conditionsOf(evidence: Evidence): Condition[] {
  const { gates, claims, phases, arms } = evidence.run.scenario;
  const [first] = arms;
  if (first === undefined) return [];
  const main = MAIN.flatMap((name) => {
    const metric = metricNamed(name) as Metric;
    const places = placesOf(evidence, metric);
    return (metric.over === "fault" ? places : places.slice(0, 1)).map((it) => it.condition);
  });
  const byKey = new Map<string, Condition>();
  for (const it of [...gates, ...claims, ...main]) {
    const { metric, ...parts } = placeOf(it, { phases, load: first.load });
    const place = where(metric, parts);
    const key = conditionKey(place);
    if (!byKey.has(key) && metricNamed(metric) !== undefined) byKey.set(key, { ...place, name: key });
  }
  return [...byKey.values()].slice(0, MOST_CONDITIONS);
}

/** Null where the arm has no trial to say anything. */
function metricLine(evidence: Evidence, arm: Arm, versus: Arm | null, condition: Condition): MetricLine | null {
  const metric = metricOf(condition) as Metric;
  const trials = trialsOf(evidence, arm.name).filter(ended);
  if (trials.length === 0) return null;
  const own = trials.map((trial) => ({ block: trial.block, scalar: scalarOf(evidence, trial, condition) }));
  const head = { key: condition.name, arm: arm.name, unit: metric.unit, better: metric.better, scale: metric.scale };
  const worst = own.filter((it) => it.scalar.kind === "worst").length;
  const absent = whyAbsent(condition, trials, own);
  const found = absent === null ? centerOf(metric.name, valuesIn(own)) : null;
  if (found === null) {
    const none = { ...head, center: null, low: null, high: null, n: 0, worst };
    return absent === null ? none : { ...none, absent };
  }
  const { center, low, high, n } = found;
  const line = { ...head, center: short(center), low: short(low), high: short(high), n, worst };
  if (versus === null || versus === arm) return line;
  const beside = trialsOf(evidence, versus.name).map((trial) => ({
    block: trial.block,
    scalar: scalarOf(evidence, trial, condition),
  }));
  const ratio = ratioOf(own, beside, metric.scale);
  return ratio === null ? line : { ...line, ratio };
}

interface Measured {
  readonly block: number;
  readonly scalar: Scalar;
}

const valuesIn = (measured: readonly Measured[]): number[] =>
  measured.flatMap(({ scalar }) => (scalar.kind === "value" ? [scalar.value] : []));

function whyAbsent(condition: Condition, trials: readonly TrialEvidence[], own: readonly Measured[]): string | null {
  const obstacle = faultState(condition, trials).obstacle ?? absorbedInSome(condition, trials);
  if (obstacle !== null) return obstacle;
  const reasons = own.flatMap(({ scalar }) => (scalar.kind === "absent" ? [scalar.reason] : []));
  return reasons.length === own.length ? [...new Set(reasons)].join("; ") : null;
}

/** Null without a pair; on the ratio scale also where a value is not above zero. */
function ratioOf(
  own: readonly Measured[],
  versus: readonly Measured[],
  scale: Metric["scale"],
): MetricLine["ratio"] | null {
  const partners = new Map(versus.map((it) => [it.block, it.scalar]));
  const pairs = own.flatMap(({ block, scalar }) => {
    const partner = partners.get(block);
    return scalar.kind === "value" && partner?.kind === "value" ? [[scalar.value, partner.value] as const] : [];
  });
  if (pairs.length === 0) return null;
  if (scale === "ratio" && !pairs.flat().every((it) => it > 0)) return null;
  const each = pairs.map(([a, b]) => (scale === "ratio" ? Math.log(a / b) : a - b));
  return {
    estimate: short(mean(each)),
    se: each.length < 2 ? null : short(standardError(each)),
    pairs: each.length,
  };
}

const short = (value: number): number => Number(value.toPrecision(DIGITS)) + 0;
