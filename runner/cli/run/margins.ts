/** Tells before the hours are spent which margins so many pairs can't resolve, and where the noise that says so is known from. */
import { existsSync } from "node:fs";
import { basename, relative } from "node:path";
import { placeIn, placeOf, samePlace } from "../../../reports/baseline/place.ts";
import { sessionsOf } from "../../../reports/history/series.ts";
import { pairSpreads } from "../../../reports/history/spread.ts";
import { mostRelative, twoDigits } from "../../../reports/render/facts.ts";
import { standardDeviation } from "../../../reports/stats/describe.ts";
import { detectableEffect, pairsNeeded } from "../../../reports/stats/power.ts";
import { calibrationOf } from "../../../reports/verdict/calibration/calibration.ts";
import { transformedMargin } from "../../../reports/verdict/inference/comparison.ts";
import { detectableBy, mdesOf } from "../../../reports/verdict/inference/detectable.ts";
import { fixedLevels, levelsAt } from "../../../reports/verdict/inference/levels.ts";
import { ALPHA, ALPHA_FAIL, MOST_PAIRS } from "../../../reports/verdict/inference/limits.ts";
import { gateHypotheses } from "../../../reports/verdict/prepare/hypotheses.ts";
import { conditionKey } from "../../record/condition-key.ts";
import { type Metric, metricOf } from "../../record/metrics.ts";
import type { Condition, Scenario } from "../../record/scenario.ts";
import { UserError } from "../../shared/errors.ts";
import { type AnyUnit, counted, formatBound, formatExact, plainSpaces } from "../../shared/format.ts";
import type { Cli } from "../context.ts";
import { historyAt, shortKey } from "../history.ts";
import type { HistoryPlace } from "../history-place.ts";
import { baselineFileOf, readStored } from "../stored.ts";
import { aaSessionsOf } from "./aa.ts";

/** Of pair differences: a logarithm on the ratio scale. */
interface Noise {
  readonly spread: number;
  readonly scale: "ratio" | "difference";
  /** `3 A/A sessions here` */
  readonly from: string;
}

type NoiseOf = (gate: Condition, metric: Metric) => Noise | null;

export function warnOfMargins(cli: Cli, scenario: Scenario, place: HistoryPlace): void {
  const { gates, trials, arms } = scenario;
  const { stderr } = cli.host;
  const sources = [byAa(cli, scenario, place), byHistory(scenario, place), byStored(cli, scenario)];
  if (cli.quiet || trials.count < 2) return;
  const family = gateHypotheses(
    gates,
    arms.map((it) => it.name),
  ).filter((it) => it.versus !== null && !it.advisory).length;
  for (const gate of gates) {
    const metric = metricOf(gate);
    if (gate.margin === null || metric === undefined) continue;
    const scale = gate.margin.kind === "relative" ? "ratio" : "difference";
    const noise = sources
      .map((it) => it(gate, metric))
      .find((it) => it !== null && it.spread > 0 && it.scale === scale);
    const text = noise == null ? null : warningOf({ gate, metric, noise, trials, family: Math.max(1, family) });
    if (text !== null) stderr.write(plainSpaces(`! ${gate.name}: ${text}\n`));
  }
}

interface Asked {
  readonly gate: Condition;
  readonly metric: Metric;
  readonly noise: Noise;
  readonly trials: Scenario["trials"];
  readonly family: number;
}

/** Null where both can be told: that nothing changed, and that something became worse by the margin. */
function warningOf({ gate, metric, noise, trials, family }: Asked): string | null {
  const { spread, scale, from } = noise;
  const pairs = trials.count;
  const declared = gate.margin?.value ?? 0;
  const terms = { scale, better: metric.better };
  const margin = transformedMargin({ ...terms, margin: declared });
  const alphas = { alpha: ALPHA, alphaFail: ALPHA_FAIL };
  const levels = trials.looks === undefined ? fixedLevels(ALPHA, ALPHA_FAIL) : levelsAt(trials.looks, pairs, alphas);
  const strictest = ALPHA_FAIL / family;
  const found = detectableBy({ pairs, spread, noise: spread, margin, method: "t" }, levels, strictest);
  if (found === null) return null;
  const told = detectableEffect(pairs, levels.fail(strictest)) * spread;
  if (found.pass <= margin && told <= margin) return null;
  const { mde, mdeFail } = mdesOf(found, terms);
  const unit: AnyUnit | "points" = scale === "ratio" ? "ratio" : metric.unit === "ratio" ? "points" : metric.unit;
  const most = scale === "ratio" ? mostRelative : Number.POSITIVE_INFINITY;
  const size = (it: number | null): string =>
    it === null
      ? "beyond any number"
      : `${it > most ? "over " : ""}${formatExact(twoDigits(Math.min(it, most), unit), unit)}`;
  const needed = (level: number): string => {
    const need = pairsNeeded(margin / spread, level, MOST_PAIRS);
    return need === null ? `not even ${MOST_PAIRS} pairs` : `${need} pairs`;
  };
  const allowed = formatBound({ kind: "margin", value: declared, relative: scale === "ratio" }, metric.unit);
  return `the margin is ${allowed}, ${counted(pairs, "pair")} pass from a margin of ${size(mde)} and fail from a worsening of ${size(mdeFail)}, with 80 % chance each; ${needed(ALPHA)} would pass it, ${needed(strictest)} would tell a worsening of it from none (noise of ${from})`;
}

/** The very differences that are judged, of two arms that are the same. */
function byAa({ host }: Cli, scenario: Scenario, place: HistoryPlace): NoiseOf {
  const { sessions, problems } = aaSessionsOf(place, scenario);
  for (const it of problems) host.stderr.write(`! ${relative(host.cwd, place.calibration)}: ${it}\n`);
  const spreads = calibrationOf(sessions)?.spreads;
  return (gate) => {
    const known = spreads?.get(conditionKey(gate));
    return known === undefined ? null : { ...known, from: `${counted(known.sessions, "A/A session")} here` };
  };
}

/** Pairs of nights against the arm that ran beside them. */
function byHistory(scenario: Scenario, place: HistoryPlace): NoiseOf {
  const spreads = pairSpreads(sessionsOf(historyAt(place).lines, "session"));
  return (gate, { scale }) => {
    const known = spreads.get(shortKey(gate, scenario));
    return known === undefined
      ? null
      : { spread: known.spread, scale, from: `${counted(known.sessions, "session")} of history here` };
  };
}

/** Two trials scatter by the root of two as much as one does, or less where they share a machine that drifts. */
function byStored({ host }: Cli, scenario: Scenario): NoiseOf {
  const file = baselineFileOf(scenario.file);
  const [arm] = scenario.arms;
  if (!existsSync(file) || arm === undefined) return () => null;
  const stored = readable(() => readStored(host, file, scenario.file));
  return (gate, { scale }) => {
    const place = placeOf(gate, { phases: scenario.phases, load: arm.load });
    const values = stored?.samples.find((it) => samePlace(placeIn(it), place))?.values ?? [];
    const numbers = values.filter((it) => typeof it === "number");
    if (numbers.length < 3 || (scale === "ratio" && !numbers.every((it) => it > 0))) return null;
    const spread = Math.SQRT2 * standardDeviation(scale === "ratio" ? numbers.map(Math.log) : numbers);
    return { spread, scale, from: `${counted(numbers.length, "trial")} in ${basename(file)}, each on its own` };
  };
}

/** A run that is compared with it says what is wrong with it; one that is not needs none. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
