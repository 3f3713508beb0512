/** A trial that said nothing of the target is made again, until that is hopeless. */
import type { Axis, Point, SearchStep } from "../../../runner/record/search.ts";
import { decides, type Said } from "../../analyses/search/said.ts";
import { outOfReach, SPOILED, spoiledLoads, TRIES } from "../../analyses/search/untried.ts";
import { point, stop } from "./step.ts";

interface Tried {
  readonly said: readonly Said[];
  /** Trials before the search was gone on with: what disturbed those may be over. */
  readonly earlier: number;
}

/** The last trial said nothing: it is made again, or the search ends. Null when it did, or when the search can do without. */
export function again({ harder }: Pick<Axis, "harder">, { said, earlier }: Tried): SearchStep | null {
  const last = said.at(-1);
  if (last === undefined) return null;
  const spoiled = spoiledInARow(said.slice(earlier));
  const why = last.mute?.text ?? last.disturbed ?? "";
  // What held below it can still be proved: it holds all the more beside neighbours.
  const given = spoiledLoads(said.slice(earlier)).some((it) => it.value === last.point.value);
  if (spoiled >= SPOILED && given && last.point.purpose === "probe" && said.some(decides)) return null;
  if (spoiled >= SPOILED) return stop("disturbed", `${spoiled} trials in a row were spoiled: in the last, ${why}`);
  // What was disturbed and bad is asked for anyway, after a proof of recovery.
  if (last.mute === null) return null;
  const { kind, text } = last.mute;
  const row =
    said.length - 1 - said.findLastIndex((it) => it.mute?.kind !== kind || it.point.value !== last.point.value);
  if (kind === "stalled" || row < TRIES) return point({ ...last.point, why: `again: ${text}` });
  const limit = outOfReach(said, harder);
  const known = last.point.purpose === "probe" && said.some((it) => it.mute === null);
  if (kind === "generator" && known && limit?.value === last.point.value) return null;
  return stop(({ generator: "generator", load: "not-loaded", judged: "not-judged" } as const)[kind], text);
}

/** A load that is asked for once more, since its last trial was bad and disturbed, says so. */
export function saidAgain(wanted: Point, said: readonly Said[]): Point {
  const before = said.findLast((it) => it.point.purpose !== "recovery");
  const { purpose, value } = wanted;
  const same = before?.point.purpose === purpose && before.point.value === value;
  return same && before.disturbed !== null && !decides(before)
    ? { ...wanted, why: `again: ${before.disturbed}` }
    : wanted;
}

/** Up to the last trial. Proofs of recovery between them that succeed are none of them. */
function spoiledInARow(said: readonly Said[]): number {
  const others = said.filter((it) => it.point.purpose !== "recovery" || !decides(it));
  const before = others.findLastIndex((it) => decides(it) || (it.mute !== null && it.mute.kind !== "stalled"));
  return said.length === 0 || decides(said.at(-1) as Said) ? 0 : others.length - 1 - before;
}
