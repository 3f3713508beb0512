/** What sends requests and brings their outcomes, whatever the protocol: the connections of one worker. */
import type { ConnectionOptions } from "node:tls";
import type { LoadSpec } from "../../record/scenario.ts";
import type { Address } from "../../shared/address.ts";
import type { Recorder } from "../worker/recorder.ts";
import type { Answer } from "./answer.ts";
import type { Linked } from "./list.ts";

export interface Pool {
  /** Sends a request, on a connection with room or a new one. `client` comes back when it is over. */
  readonly send: (phase: number, request: number, due: number, client: number) => void;
  readonly inFlight: () => number;
  readonly connections: () => number;
  /** Times out what is overdue and closes what is too old; cheap, to be called often. */
  readonly sweep: () => void;
  /** Ends what is still in flight as lost and closes all. */
  readonly close: () => void;
}

export interface PoolOptions {
  readonly address: Address;
  /** Null: plain TCP. */
  readonly tls: ConnectionOptions | null;
  /** What to send: asked when the connection is there, right before the write. */
  readonly message: (request: number, client: number) => Rendered;
  /** Left out: no answer is looked into. */
  readonly reading?: Reading;
  /** From the send to the last byte of the answer; waiting for a connection is bounded by the same. */
  readonly timeoutMs: number;
  readonly keepAlive: LoadSpec["keepAlive"];
  readonly recorder: Recorder;
  /** Ms since the load's start. */
  readonly now: () => number;
  /** A request went out this late, or asked for a connection: how long that takes is not the generator's. */
  readonly lag: (ms: number) => void;
  /** A request is over. */
  readonly over: (outcome: number, client: number) => void;
  /** A connection failed because of how the server speaks, not because of the network: TLS, a protocol. */
  readonly trouble: (reason: string) => void;
  /** This process, not the target, is at its limit (descriptors, local ports): the load can't be believed any more. */
  readonly exhausted: (error: Error) => void;
}

/** A request in the form of its protocol. */
export interface Rendered {
  /** HTTP/1.1: the whole message. HTTP/2: the body alone, empty when there is none. */
  readonly bytes: Buffer;
  /** Its answer has no body. */
  readonly head: boolean;
  /** HTTP/2 only: all fields, pseudo-fields included. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface Reading {
  /** Whether the answer to this one is to be kept; asked once per send. */
  readonly wants: (request: number, client: number) => boolean;
  /**
   * Looks into a complete answer, whatever its status, before the request is recorded; its time is not counted.
   *
   * @returns the outcome to record: `outcome`, or another one
   */
  readonly judge: (answer: Answer, outcome: number, request: number, client: number) => number;
}

/** A request that has no connection yet. */
export interface Waiting extends Linked<Waiting> {
  readonly client: number;
  readonly phase: number;
  readonly request: number;
  readonly due: number;
  readonly since: number;
}
