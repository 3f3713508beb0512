/** From the sessions of a history to one series for each condition and arm: a value for each night that has one, and why others have none. */
import { conditionOfKey } from "../../runner/record/condition-key.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { Unit } from "../../runner/shared/quantities.ts";
import { placeInWords } from "../baseline/place.ts";
import type { HistoryLine, MetricLine, SessionLine } from "./lines.ts";

export interface Series {
  /** `latency.p99 phase=steady arm=candidate` */
  readonly id: string;
  readonly key: string;
  readonly arm: string;
  readonly title: string;
  /** `steady · checkout` */
  readonly where: string;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  readonly scale: "ratio" | "difference";
  /** The arm that each night's value is held against; null: the values are what was measured. */
  readonly versus: string | null;
  readonly points: readonly Point[];
  readonly gaps: readonly Gap[];
  /** Indexes of points at which `versus` became another build: what lies before can't be compared with what follows. */
  readonly rebased: readonly number[];
}

export interface Point {
  /** Index of the night. */
  readonly night: number;
  /** On the ratio scale a factor to `versus`, or the value itself; else a difference in the unit, or the value itself. */
  readonly value: number;
  /** As measured, in the unit. */
  readonly raw: number;
  /** What `versus` measured, in the unit; null without it. */
  readonly beside: number | null;
}

export interface Gap {
  readonly night: number;
  readonly because: string;
}

/** Sessions in the order of the file. Of two lines of one run the later one counts, in the place of the first: the run was resumed. */
export function sessionsOf(lines: readonly HistoryLine[], type: SessionLine["type"]): SessionLine[] {
  const byRun = new Map<string, SessionLine>();
  for (const it of lines) if (it.type === type) byRun.set(it.run, it);
  return [...byRun.values()];
}

/** Nights in which a condition must have been measured to be followed: one that failed to say anything tonight is not forgotten. */
const RECENT = 5;

/** @param nights sessions in order, all measured under one setup */
export function seriesOf(nights: readonly SessionLine[]): Series[] {
  const versus = nights.at(-1)?.versus ?? null;
  const recent = nights.slice(-RECENT).reverse();
  const followed = new Map<string, MetricLine>();
  for (const it of recent.flatMap((night) => night.metrics)) {
    const id = idOfSeries(it);
    if (it.arm !== versus?.arm && !followed.has(id)) followed.set(id, it);
  }
  return [...followed.values()].flatMap((it) => oneSeries(nights, it, versus?.arm ?? null) ?? []);
}

const idOfSeries = ({ key, arm }: Pick<MetricLine, "key" | "arm">): string => `${key} arm=${arm}`;

function oneSeries(nights: readonly SessionLine[], line: MetricLine, versus: string | null): Series | null {
  const { key, arm, unit, better, scale } = line;
  const place = conditionOfKey(key);
  const metric = metricNamed(place.metric);
  if (metric === undefined || metric.unit !== unit) return null;
  const about = { id: idOfSeries(line), key, arm, unit, better, scale, versus };
  const points: Point[] = [];
  const gaps: Gap[] = [];
  const rebased: number[] = [];
  let build: string | null = null;
  for (const [night, session] of nights.entries()) {
    const found = valueIn(session, about);
    if (typeof found === "string") {
      gaps.push({ night, because: found });
      continue;
    }
    const now = versus === null ? null : buildOf(session);
    if (points.length > 0 && now !== build) rebased.push(points.length);
    build = now;
    points.push({ night, ...found });
  }
  return { ...about, title: metric.title, where: placeInWords(place), points, gaps, rebased };
}

/** What `versus` was made of. */
export const buildOf = ({ versus }: SessionLine): string => `${versus?.hash} ${versus?.ref}`;

/** What a session measured of a condition for an arm. */
export const lineIn = (session: SessionLine, { key, arm }: Pick<Series, "key" | "arm">): MetricLine | undefined =>
  session.metrics.find((it) => it.key === key && it.arm === arm);

/** What a session says to a series; or why it says nothing, in words. */
export function valueIn(
  session: SessionLine,
  series: Pick<Series, "key" | "arm" | "scale" | "unit" | "versus">,
): Omit<Point, "night"> | string {
  const { key, scale, unit, versus } = series;
  const own = lineIn(session, series);
  if (own === undefined) return "not measured that night";
  if (own.unit !== unit || own.scale !== scale) return "measured in another unit that night";
  if (own.worst > 0)
    return `${own.worst} of ${own.n + own.worst} trials failed or were not over in time: they have no value of their own`;
  if (own.center === null) return own.absent ?? "no value";
  if (versus === null)
    return scale === "ratio" && own.center <= 0
      ? "not above zero: it has no ratio"
      : { value: own.center, raw: own.center, beside: null };
  if (session.versus?.arm !== versus) return `no ${versus} ran beside it that night`;
  if (own.ratio === undefined) return `no pair with ${versus} that night`;
  const { estimate } = own.ratio;
  return {
    value: scale === "ratio" ? Math.exp(estimate) : estimate,
    raw: own.center,
    beside: lineIn(session, { key, arm: versus })?.center ?? null,
  };
}

/** The unit in which the nightly look and all means are taken: a logarithm on the ratio scale. */
export const scaled = (value: number, { scale }: Pick<Series, "scale">): number =>
  scale === "ratio" ? Math.log(value) : value;

export const unscaled = (value: number, { scale }: Pick<Series, "scale">): number =>
  scale === "ratio" ? Math.exp(value) : value;

/** Scaled values between two points, the second not included. */
export const levelsIn = (series: Pick<Series, "points" | "scale">, from: number, to: number): number[] =>
  series.points.slice(from, to).map((it) => scaled(it.value, series));

/** What a level, or the way from one to another, is called: worse is up for a latency, down for a throughput. */
export const isWorse = (direction: "higher" | "lower", { better }: Pick<Series, "better">): boolean =>
  (direction === "higher") === (better === "lower");
