/** The error rates of the history detectors, measured on simulated nights: false changes, power, nightly looks, speed. */

import { agreement, type Second } from "../../reports/history/agreement.ts";
import { changePoints } from "../../reports/history/detect.ts";
import { nightlyLook } from "../../reports/history/guard.ts";
import { mean, standardDeviation } from "../../reports/stats/describe.ts";
import { type Random, seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";
import { gaussOf } from "./noise.ts";

export interface Rate {
  readonly hits: number;
  readonly of: number;
}

export const share = ({ hits, of }: Rate): number => hits / of;

/** A rate that is truly `level` lies below this in all but 1 of 700 calibrations. */
export const tolerated = (level: number, of: number): number => level + 3 * Math.sqrt((level * (1 - level)) / of);

/** Autocorrelations that are looked at, and the share of stable series in which a scan may find a change. */
export const levels = [
  { carried: 0, most: 0.05 },
  { carried: 0.3, most: 0.05 },
  { carried: 0.6, most: 0.1 },
] as const;

/** What a shift of 1.5 standard deviations, twelve nights long, must be found in, without autocorrelation. */
export const leastPower = 0.6;
const SHIFT = { deviations: 1.5, nights: 12, within: 5 };

/** The filter by size is that by noise: a margin would make fewer false changes still. */
const scan = (values: readonly number[], seed: number) => changePoints(values, [], { seed, marginRelative: null });

function count(of: number, hit: (i: number) => boolean): Rate {
  let hits = 0;
  for (let i = 0; i < of; i++) if (hit(i)) hits++;
  return { hits, of };
}

/** Stable series in which one scan over all nights finds any change. */
export function falseChanges(carried: number, series: number, nights = 100): Rate {
  const random = seeded(1, `stable ${carried} ${nights}`);
  return count(series, (i) => scan(autoregressive(random, nights, carried), i).length > 0);
}

export interface Power {
  /** Series in which a change is found within five nights of its start. */
  readonly found: Rate;
  /** Of those, how often the 95 % interval for its night held the true one. */
  readonly placed: Rate;
}

/** `lasting`: the last nights are shifted. `passed`: the shift came and went in the middle. */
export function power(carried: number, series: number, kind: "lasting" | "passed", nights = 100): Power {
  const random = seeded(2, `shifted ${carried} ${nights} ${kind}`);
  const start = kind === "lasting" ? nights - SHIFT.nights : Math.floor((nights - SHIFT.nights) / 2);
  let held = 0;
  const found = count(series, (i) => {
    const values = autoregressive(random, nights, carried).map((it, night) =>
      night >= start && night < start + SHIFT.nights ? it + SHIFT.deviations : it,
    );
    const change = scan(values, i).find((it) => Math.abs(it.index - start) <= SHIFT.within);
    if (change !== undefined && change.indexInterval.first <= start && start <= change.indexInterval.last) held++;
    return change !== undefined;
  });
  return { found, placed: { hits: held, of: found.hits } };
}

const looks = ["interval", "creep", "change point", "any"] as const;
export type LookKind = (typeof looks)[number];

/** Stable series in which somebody who looks every night is told of a suspect at least once. */
export interface Looks {
  readonly once: Readonly<Record<LookKind, Rate>>;
  /** Told on three nights in a row. */
  readonly persisted: Readonly<Record<LookKind, Rate>>;
  /** Confirmed by a second session, which was run on each night on which something was told. */
  readonly confirmed: Rate;
}

const PERSISTED = 3;

/** From the first night of a history to its last, with no change accepted meanwhile. */
export function nightlyLooks(carried: number, series: number, nights = 100): Looks {
  const random = seeded(3, `nightly ${carried} ${nights}`);
  const seconds = seeded(5, `second sessions ${carried} ${nights}`);
  const seen = Array.from({ length: series }, (_, i) =>
    suspects(autoregressive(random, nights, carried), i, (tonight) => secondAfter(tonight, carried, seconds)),
  );
  const rates = (least: number): Record<LookKind, Rate> => {
    const of = (kind: LookKind): Rate => count(series, (i) => (seen[i] as Told).longest[kind] >= least);
    return { interval: of("interval"), creep: of("creep"), "change point": of("change point"), any: of("any") };
  };
  return {
    once: rates(1),
    persisted: rates(PERSISTED),
    confirmed: count(series, (i) => (seen[i] as Told).confirmed),
  };
}

/** Of the variance of a night, what its own pairs make of it; the rest is how far sessions lie apart. */
const OF_PAIRS = 0.3;
const PAIRS = 10;

/** Right after a night: it shares with it what neighbours share. */
function secondAfter(tonight: number, carried: number, random: Random): Second {
  const { normal } = gaussOf(random);
  const deviations = Array.from({ length: PAIRS }, normal);
  const se = Math.sqrt(OF_PAIRS) * standardDeviation(deviations);
  return { value: carried * tonight + Math.sqrt(1 - carried ** 2) * normal(), paired: { se, pairs: PAIRS } };
}

interface Told {
  /** For how many nights in a row each kind was told, at most. */
  readonly longest: Readonly<Record<LookKind, number>>;
  readonly confirmed: boolean;
}

function suspects(values: readonly number[], seed: number, second: (tonight: number) => Second): Told {
  const longest: Record<LookKind, number> = { interval: 0, creep: 0, "change point": 0, any: 0 };
  const tell = (kind: LookKind, nights: number): void => {
    longest[kind] = Math.max(longest[kind], nights);
    longest.any = Math.max(longest.any, nights);
  };
  let standing = new Map<number, number>();
  let confirmed = false;
  for (let night = 1; night <= values.length; night++) {
    const soFar = values.slice(0, night);
    const asked: number[] = [];
    const look = nightlyLook(soFar);
    if (look.state === "suspect")
      for (const it of look.suspicions) {
        tell(it.reason === "beyond" ? "interval" : "creep", it.nights);
        asked.push(night - it.nights);
      }
    const now = scan(soFar, seed).map(({ index }) => {
      const before = [...standing].filter(([at]) => Math.abs(at - index) <= 2).map(([, nights]) => nights);
      return [index, 1 + Math.max(0, ...before)] as const;
    });
    for (const [index, nights] of now) {
      tell("change point", nights);
      // A scan writes a change when it found it on three nights.
      if (nights >= PERSISTED) asked.push(index);
    }
    if (!confirmed && asked.length > 0) {
      const found = second(soFar.at(-1) as number);
      confirmed = asked.some((at) => agreement(found, soFar.slice(0, at), mean(soFar.slice(at))) === "agrees");
    }
    standing = new Map(now);
  }
  return { longest, confirmed };
}

/** CPU seconds for scans of so many series with three changes each: what a page over many metrics takes. */
export function scanSeconds(series = 100, nights = 500): number {
  const random = seeded(4, "speed");
  const quarters = [0, 1, 2, 0] as const;
  const all = Array.from({ length: series }, () =>
    autoregressive(random, nights, 0.3).map((it, i) => it + (quarters[Math.floor((4 * i) / nights)] as number)),
  );
  const before = process.cpuUsage();
  all.forEach((values, i) => {
    scan(values, i);
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
