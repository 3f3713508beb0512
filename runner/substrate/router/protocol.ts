/** What harness and router say to each other: NDJSON on the router's control port (after the token's line) and on its stdout. */
import type { Toxic } from "./control.ts";

/** An instance that takes connections. */
export interface Backend {
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

export type Command =
  /** Replaces the list of ready instances; open connections stay as they are. */
  | { readonly do: "instances"; readonly list: readonly Backend[] }
  | { readonly do: "add"; readonly name: string; readonly toxic: Toxic; readonly share: number }
  /** Fine when it is not on: taking off twice is taking off. */
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "touched"; readonly name: string }
  | { readonly do: "accepted" };

export interface Touched {
  readonly on: boolean;
  readonly connections: number;
}

/** Replies come in the order of the commands. `touched` and `accepted` answer these commands only. */
export type Reply =
  | { readonly ok: true; readonly touched?: Touched; readonly accepted?: number }
  | { readonly ok: false; readonly error: string };

/** Lines on stdout: first `listening`, then which client port went to which instance. */
export type RouterLine =
  | { readonly type: "listening"; readonly port: number; readonly control: number; readonly token: string }
  | { readonly type: "connections"; readonly list: readonly (readonly [clientPort: number, instance: string])[] };
