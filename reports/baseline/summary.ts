/** A stored baseline in short: the center of every sample, and what a new one changed. */
import { conditionKey } from "../../runner/record/condition-key.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import type { Unit } from "../../runner/shared/quantities.ts";
import { type Center, centerOf } from "../analyses/centers.ts";
import { differenceInWords, environmentDiffers } from "./fingerprint.ts";
import type { Place, StoredBaseline, StoredValue } from "./format.ts";
import { placeIn } from "./place.ts";

export interface Row {
  readonly place: Place;
  readonly title: string;
  readonly unit: Unit;
  /** Null where no trial has a value of its own. */
  readonly center: Center | null;
  /** Trials that failed, or were not over. */
  readonly worst: number;
  readonly absent: string | null;
}

/** Samples of metrics that this version does not know are left out: they can't be asked either. */
export const rowsOf = ({ samples }: Pick<StoredBaseline, "samples">): Row[] =>
  samples.flatMap((it) => {
    const metric = metricNamed(it.metric);
    if (metric === undefined) return [];
    const values = it.values ?? [];
    return [
      {
        place: placeIn(it),
        title: metric.title,
        unit: metric.unit,
        center: centerOf(it.metric, numbersIn(values)),
        worst: values.filter((value) => typeof value === "string").length,
        absent: it.absent ?? null,
      },
    ];
  });

const numbersIn = (values: readonly StoredValue[]): number[] => values.filter((it) => typeof it === "number");

export interface Changes {
  /** Centers that left the range of the old trials. */
  readonly moved: readonly { readonly was: Row & { center: Center }; readonly is: Row & { center: Center } }[];
  readonly stayed: number;
  readonly added: number;
  readonly gone: number;
  /** Of what it was measured under, and on; in words. */
  readonly around: readonly string[];
}

export function changesBetween(before: StoredBaseline, after: StoredBaseline): Changes {
  const byKey = (it: StoredBaseline) => new Map(rowsOf(it).map((row) => [conditionKey(row.place), row]));
  const [old, now] = [byKey(before), byKey(after)];
  const both = [...now].flatMap(([key, is]) => {
    const was = old.get(key);
    return was === undefined ? [] : [{ was, is }];
  });
  const moved = both.filter(hasCenters).filter(({ was, is }) => left(was.center, is.center.center));
  return {
    moved,
    stayed: both.length - moved.length,
    added: now.size - both.length,
    gone: old.size - both.length,
    around: [
      ...(Object.keys(after.setup) as (keyof StoredBaseline["setup"])[])
        .filter((it) => before.setup[it] !== after.setup[it])
        .map((it) => `${it} changed`),
      ...environmentDiffers(before, after).map(differenceInWords),
      ...(before.reference === after.reference
        ? []
        : [`reference arm ${before.reference === null ? "added" : after.reference === null ? "gone" : "changed"}`]),
    ],
  };
}

const hasCenters = (it: { was: Row; is: Row }): it is { was: Row & { center: Center }; is: Row & { center: Center } } =>
  it.was.center !== null && it.is.center !== null;

/** A geometric mean of equal values may be off in its last digit. */
function left({ low, high }: Center, center: number): boolean {
  const rounding = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  return center < low - rounding || center > high + rounding;
}
