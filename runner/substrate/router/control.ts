/** The control side of a router: a process of its own in front of a target. */

/** Meanings as Toxiproxy's toxics of the same names; `stream` downstream is towards the client. Applies to open connections too. */
export type Toxic =
  | { readonly type: "latency"; readonly stream: Stream; readonly latencyMs: number; readonly jitterMs: number }
  | { readonly type: "bandwidth"; readonly stream: Stream; readonly bytesPerSecond: number }
  /** Swallows data, closes nothing; connections are closed when it is taken off, because data was dropped. */
  | { readonly type: "blackhole"; readonly stream: Stream }
  /** RST to every open connection at once, and to new ones after `afterMs`. */
  | { readonly type: "reset"; readonly afterMs: number }
  /** Open connections are closed, new ones refused. */
  | { readonly type: "down" };
export type Stream = "upstream" | "downstream" | "both";

export interface LinkControl {
  readonly pid: number;
  readonly startedAt: number;
  /** Loopback control port and the token it wants: what a lease needs to take a toxic off. */
  readonly controlPort: number;
  readonly token: string;
  /** `share` 0..1 of connections, drawn per connection. */
  readonly add: (name: string, toxic: Toxic, share: number) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** How many connections a toxic has touched so far, and whether it is on. */
  readonly touched: (name: string) => Promise<{ readonly on: boolean; readonly connections: number }>;
  /** Connections that clients made so far, refused ones included. */
  readonly accepted: () => Promise<number>;
}
