/** The fields of autocannon 9.0.0's client that the guard touches. They are private, so its version is pinned. */
import { createRequire } from "node:module";
import type { Socket } from "node:net";

export interface Client {
  conn: Socket | undefined;
  readonly destroyed: boolean;
  timeout: number;
  readonly parser: { readonly initialize: (type: "RESPONSE") => void; readonly hadError: boolean };
  readonly pipelinedRequests: { readonly clear: () => void; readonly size: () => number };
  readonly requestIterator: { readonly currentRequestIndex: number };
  _connect: () => void;
  _doRequest: () => void;
  on(event: "headers", listener: (head: { readonly shouldKeepAlive: boolean }) => void): void;
  on(event: "response", listener: (status: number, bytes: number, ms: number) => void): void;
  on(event: "connError", listener: (error: NodeJS.ErrnoException) => void): void;
}

export interface Options {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds, at least 1. */
  readonly timeout: number;
  /** How often it looks whether it was stopped, ms. */
  readonly sampleInt: number;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  }[];
  readonly setupClient: (client: Client) => void;
}

/** A started run: settles after `stop`. */
interface Run extends PromiseLike<unknown> {
  readonly stop: () => void;
}

/** It is CommonJS without types. */
export const autocannon: (options: Options) => Run = createRequire(import.meta.url)("autocannon");
