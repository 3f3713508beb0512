/** The error rates of the history detectors, measured on simulated nights: false changes, power, nightly looks, speed. */
import { changePoints } from "../../reports/history/detect.ts";
import { nightlyLook } from "../../reports/history/guard.ts";
import { seeded } from "../../runner/shared/random.ts";
import { autoregressive } from "../support/autoregressive.ts";

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
}

const PERSISTED = 3;

/** From the first night of a history to its last, with no change accepted meanwhile. */
export function nightlyLooks(carried: number, series: number, nights = 100): Looks {
  const random = seeded(3, `nightly ${carried} ${nights}`);
  const seen = Array.from({ length: series }, (_, i) => suspects(autoregressive(random, nights, carried), i));
  const rates = (least: number): Record<LookKind, Rate> => {
    const of = (kind: LookKind): Rate => count(series, (i) => (seen[i] as Record<LookKind, number>)[kind] >= least);
    return { interval: of("interval"), creep: of("creep"), "change point": of("change point"), any: of("any") };
  };
  return { once: rates(1), persisted: rates(PERSISTED) };
}

/** For how many nights in a row each kind was told, at most. */
function suspects(values: readonly number[], seed: number): Record<LookKind, number> {
  const longest: Record<LookKind, number> = { interval: 0, creep: 0, "change point": 0, any: 0 };
  const tell = (kind: LookKind, nights: number): void => {
    longest[kind] = Math.max(longest[kind], nights);
    longest.any = Math.max(longest.any, nights);
  };
  let standing = new Map<number, number>();
  for (let night = 1; night <= values.length; night++) {
    const soFar = values.slice(0, night);
    const look = nightlyLook(soFar);
    if (look.state === "suspect")
      for (const it of look.suspicions) tell(it.reason === "beyond" ? "interval" : "creep", it.nights);
    const now = scan(soFar, seed).map(({ index }) => {
      const before = [...standing].filter(([at]) => Math.abs(at - index) <= 2).map(([, nights]) => nights);
      return [index, 1 + Math.max(0, ...before)] as const;
    });
    for (const [, nights] of now) tell("change point", nights);
    standing = new Map(now);
  }
  return longest;
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
