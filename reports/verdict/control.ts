/** How drift between the two sides of a comparison is controlled: that decides what may be said. */
import type { StoredBaseline } from "../baseline/format.ts";

/** Both arms ran now; the reference arm ran in both sessions; there are only stored numbers. */
export const controls = ["interleaved", "bridged", "unbridged"] as const;
export type Control = (typeof controls)[number];

/** Of one condition: standard deviation of a session, in the unit of its metric's scale (a logarithm for ratios), and sessions it is from. */
export type Between = (conditionKey: string) => { readonly sd: number; readonly sessions: number } | null;

/** A session that stands in for an arm that is not in the run. */
export interface Against {
  readonly stored: StoredBaseline;
  /** What history knows of drift between sessions. */
  readonly between: Between;
}

/** The arm that a stored baseline stands in for. */
const stoodFor = "baseline";

/** Whether the other side of a comparison is the stored one: the arm is not in the run, or is itself what is compared. */
export const isStored = (versus: string | null, arm: string, arms: readonly string[]): boolean =>
  versus === stoodFor && (!arms.includes(versus) || versus === arm);
