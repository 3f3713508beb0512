/** What the parts of the bench share: a tool that makes load, and what one run of it gave. */
import type { Host } from "../../runner/shared/host.ts";
import type { Pinning } from "./machine.ts";

export interface Bench {
  readonly host: Host;
  readonly pinning: Pinning;
  readonly url: { readonly port: number; readonly fast: string; readonly delay: string };
}

export const quantiles = ["p50", "p90", "p99", "p99.9"] as const;
export type Quantile = (typeof quantiles)[number];

export interface Result {
  readonly requests: number;
  /** Of the generator's whole process tree, start and end included. */
  readonly cpuSeconds: number;
  /** From the actual send, ms; what the tool does not tell is absent. */
  readonly serviceMs: Readonly<Partial<Record<Quantile, number>>>;
  /** Of the native engine: from the intended start. */
  readonly responseMs?: Readonly<Partial<Record<Quantile, number>>>;
}

export interface Tool {
  readonly name: string;
  /** What it is, for the table; null where it is not installed. */
  readonly version: (bench: Bench) => Promise<string | null>;
  /** As many requests as it can, over so many connections. */
  readonly closed: (bench: Bench, url: string, connections: number, seconds: number) => Promise<Result>;
  /** So many requests per second; null where it has no such rate. */
  readonly open: ((bench: Bench, url: string, rate: number, seconds: number) => Promise<Result>) | null;
}
