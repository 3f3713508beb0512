/** Loads that could not be tried: the generator can't make them, or trial after trial at them was spoiled. */
import { counted } from "../../../runner/shared/format.ts";
import { decides, type Said } from "./said.ts";

/** Trials at a load that the generator may fail to make before it counts as one that it can't. */
export const TRIES = 3;
/** Trials in a row that something else than the target may spoil: what spoils five is there to stay. */
export const SPOILED = 5;

interface Untried {
  readonly value: number;
  readonly text: string;
}

/** The easiest load that the generator failed to make so often that it can't; null when it made all that were asked for. */
export function outOfReach(said: readonly Said[], harder: "up" | "down"): Untried | null {
  const sign = harder === "up" ? 1 : -1;
  const made = said.filter((it) => it.point.purpose === "probe" && it.mute === null).map((it) => sign * it.point.value);
  const failed = probed(said).flatMap(({ value, of }) => {
    const last = of.at(-1)?.mute;
    const often = of.filter((it) => it.mute?.kind === "generator").length >= TRIES;
    return often && last?.kind === "generator" && sign * value > Math.max(...made) ? [{ value, text: last.text }] : [];
  });
  return failed.sort((a, b) => sign * (a.value - b.value))[0] ?? null;
}

/** Loads of which nothing is known though they were tried often enough. */
export const spoiledLoads = (said: readonly Said[]): Untried[] =>
  probed(said).flatMap(({ value, of }) => {
    const last = of.at(-1);
    const spoiled = of.filter((it) => !decides(it) && it.mute?.kind !== "generator").length;
    if (last === undefined || spoiled < SPOILED || of.some(decides)) return [];
    const why = last.mute?.text ?? last.disturbed ?? "";
    return [{ value, text: `${counted(spoiled, "trial")} at one load were spoiled: in the last, ${why}` }];
  });

const probed = (said: readonly Said[]): { readonly value: number; readonly of: readonly Said[] }[] =>
  [
    ...Map.groupBy(
      said.filter((it) => it.point.purpose === "probe"),
      (it) => it.point.value,
    ),
  ].map(([value, of]) => ({ value, of }));
