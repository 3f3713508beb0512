/** A way in which k6 tells its samples: by remote write, or as CSV. */
import type { MeasuredPart } from "../../../record/load-lines.ts";
import type { Env } from "../find.ts";

export interface Output {
  /** For `--out`. */
  readonly name: string;
  readonly env: Env;
  /** Takes what k6 writes to stdout; null when it writes nothing there. */
  readonly stdout: ((text: Buffer) => void) | null;
  /** Until when everything has been told, ms since the load's start. */
  readonly toldUntil: () => number;
  /** Virtual users at work, as k6 last said. */
  readonly users: () => number;
  /** Asked when k6 has ended: why what it told is not everything, or contradicts itself; null when all is well. */
  readonly missing: () => string | null;
  /** Asked when k6 has ended: tells what can only be told then. Metrics that can't be, with the reason, as in a declaration. */
  readonly conclude: () => Readonly<Record<string, string>>;
  /** Every metric over the whole load, by its tags. */
  readonly totals: () => readonly Total[];
  readonly close: () => void;
}

export interface Total extends MeasuredPart {
  readonly metric: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** When the load began: -Infinity for `now` before. */
export interface LoadClock {
  /** ms since the load's start. */
  readonly now: () => number;
  /** The same, of a time on the wall clock in µs since 1970. */
  readonly atWall: (us: number) => number;
}
