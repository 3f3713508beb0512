/** A condition: a metric with a margin or a bound. Gates, claims, goals of a search and recoveries are made of them. */

export interface Condition {
  /** Given, or made of its parts: unique within gates and within claims. */
  readonly name: string;
  /** The name that the author gave, shown instead of the metric's; null when there is none. */
  readonly label: string | null;
  readonly metric: string;
  readonly request: string | null;
  readonly phase: string | null;
  readonly fault: string | null;
  readonly target: string | null;
  readonly arm: string | null;
  /** The arm compared with; null for absolute conditions. */
  readonly versus: string | null;
  /** Exactly one of the three is given. */
  readonly margin: Margin | null;
  /** In the metric's own unit (ms, bytes, ratio 0..1, 1/s …). */
  readonly max: number | null;
  readonly min: number | null;
  /** With a margin: smallest change that matters, in the metric's unit. Left out: the metric's own. */
  readonly floor?: number | undefined;
  /** Only of what a load script measures: which way is good, where its name does not say it. */
  readonly better?: "lower" | "higher" | undefined;
  readonly advisory: boolean;
  /** Where a claim comes from; null for gates. */
  readonly source: string | null;
  /** Of a search: the goal it is about. Left out: the first. */
  readonly goal?: string | undefined;
  /** 1-based position in the scenario file, for messages. */
  readonly at: { readonly line: number; readonly column: number } | null;
}

/** The bound of a condition without a margin, for `formatBound`: a scenario gives exactly one of the three. */
export const absoluteBound = ({ max, min }: Pick<Condition, "max" | "min">) =>
  ({ kind: max === null ? "min" : "max", value: max ?? min ?? 0, relative: false }) as const;

/** relative: 0.1 is 10 %; absolute: in the metric's unit (`pp` becomes a ratio: 0.1pp is 0.001). */
export interface Margin {
  readonly kind: "relative" | "absolute";
  readonly value: number;
}
