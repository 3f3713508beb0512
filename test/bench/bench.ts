/** What the parts of the bench share: a tool that makes load, and what one run of it gave. */
import type { Host } from "../../runner/shared/host.ts";
import type { Pinning } from "./machine.ts";
import type { Urls } from "./target.ts";

export interface Bench {
  readonly host: Host;
  readonly pinning: Pinning;
  readonly url: Urls;
}

export const quantiles = ["p50", "p90", "p99", "p99.9"] as const;
export type Quantile = (typeof quantiles)[number];
/** ms; what a tool does not tell is absent. */
export type Quantiles = Readonly<Partial<Record<Quantile, number>>>;

/** What a tool told. */
export interface Told {
  /** Answered as they should be. */
  readonly requests: number;
  /** Not so, or not at all; what was never sent is not among them. Null where the tool does not tell. */
  readonly failed: number | null;
  /** From the actual send. */
  readonly serviceMs: Quantiles;
  /** From the intended start, where the tool can tell that. */
  readonly responseMs?: Quantiles;
}

/** Of the generator's whole process tree, start and end included. */
export interface Cost {
  readonly cpuSeconds: number;
  /** Sum of the peaks of its processes; null where /proc does not tell. */
  readonly peakBytes: number | null;
}

export type Result = Told & Cost;

export interface OpenLoad {
  /** Requests per second. */
  readonly rate: number;
  /** In flight at most, so that the tool is not the limit. */
  readonly atOnce: number;
}

export interface Tool {
  readonly name: string;
  /** It sends HTTP/2, by prior knowledge, over one connection. */
  readonly http2?: boolean;
  /** What it is, for the table; null where it is not installed. */
  readonly version: (bench: Bench) => Promise<string | null>;
  /** As many requests as it can, over so many connections; null where it has only rates. */
  readonly closed: ((bench: Bench, url: string, connections: number, seconds: number) => Promise<Result>) | null;
  /** So many requests per second; null where it has no such rate. */
  readonly open: ((bench: Bench, url: string, load: OpenLoad, seconds: number) => Promise<Result>) | null;
}

export type Say = (text: string) => void;
