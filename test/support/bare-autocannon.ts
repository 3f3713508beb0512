/** autocannon as it comes, without our guard: to show what the guard is for. */
import { createRequire } from "node:module";

interface Options {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds, for each request. */
  readonly timeout?: number;
  readonly overallRate?: number;
  readonly workers?: number;
  readonly skipAggregateResult?: boolean;
}

interface BareResult {
  /** Whole ms. */
  readonly latency: Readonly<Record<"min" | "p50" | "p99" | "max" | "mean" | "totalCount", number>>;
  readonly requests: { readonly total: number; readonly sent: number; readonly average: number };
  readonly errors: number;
  readonly timeouts: number;
}

interface Running extends PromiseLike<BareResult> {
  readonly on: (event: "response", listener: () => void) => void;
  readonly stop: () => void;
}

interface Bare {
  (options: Options): Running;
  readonly aggregateResult: (results: readonly BareResult[], options: Options) => BareResult;
}

export const bareAutocannon: Bare = createRequire(import.meta.url)("autocannon");
