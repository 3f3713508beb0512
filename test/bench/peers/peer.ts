/** Another load generator as one entry of a table: where it comes from, how it is run, how its answer is read. */
import type { Host } from "../../../runner/shared/host.ts";
import type { OpenLoad, Told } from "../bench.ts";

export interface Ask {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** An empty folder of this run. */
  readonly dir: string;
}

export interface Run {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Written into the run's folder before. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments of a second call, whose output is the answer. */
  readonly report?: readonly string[];
}

/** A way to get the program into a folder's `bin` without touching the system. */
export type Source =
  | { readonly go: string }
  | { readonly cargo: string; readonly version: string }
  /** A Debian package: it is unpacked, not installed. */
  | { readonly debian: string }
  /** A target of this project's Makefile. */
  | { readonly make: string };

export interface Peer {
  readonly name: string;
  readonly http2?: true;
  /** argv of the program; null when it is not there. */
  readonly find: (host: Host) => readonly [string, ...string[]] | null;
  /** Arguments on which it tells its version; null when it can't. */
  readonly version: readonly string[] | null;
  /** Tried in this order. */
  readonly sources: readonly Source[];
  /** Why it has no source. */
  readonly unavailable?: string;
  readonly closed: ((ask: Ask) => Run) | null;
  readonly open: ((ask: Ask & OpenLoad) => Run) | null;
  /** @param out standard output of the run, or of its report */
  readonly read: (out: string) => Told;
}
