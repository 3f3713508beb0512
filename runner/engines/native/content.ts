/** What is sent, and what becomes of its answers: the part of a worker between the clock that says when and the pool that sends. */
import type { LoadLine } from "../../record/load-lines.ts";
import type { LoadSpec, RequestSpec } from "../../record/scenario.ts";
import { seeded } from "../../shared/random.ts";
import type { Job } from "../engine.ts";
import { chooser } from "../worker/chooser.ts";
import { Code, type Recorder } from "../worker/recorder.ts";
import type { Pool, PoolOptions, Rendered } from "./pool.ts";

export interface Content extends Pick<PoolOptions, "message" | "reading" | "recorder"> {
  /** A request or a flow is due for a user. `slot` is the user's number, which comes back when it is over. */
  readonly begin: (phase: number, due: number, slot: number) => void;
  /** What would begin is over the in-flight limit. */
  readonly drop: (phase: number, due: number) => void;
  /** The request of a slot is over. */
  readonly over: (outcome: number, slot: number) => void;
  /** The load is over: who is between two requests leaves. */
  readonly close: () => void;
  /** What there is to tell beyond the recorder's lines. */
  readonly flush: () => Generator<LoadLine>;
}

export interface Surroundings {
  readonly recorder: Recorder;
  readonly now: () => number;
  readonly send: Pool["send"];
  /** Whether another request may be in flight. */
  readonly hasRoom: () => boolean;
  /** Whether the user of a slot is still there at that time. */
  readonly stays: (slot: number, at: number) => boolean;
  /** A slot is free again. */
  readonly ended: (outcome: number, slot: number) => void;
  /** So it is when the user has left in the middle of a flow. */
  readonly left: (slot: number) => void;
}

/** Every request is the same bytes each time, and nobody looks into answers. */
export const isPlain = ({ feeds, flows, requests }: LoadSpec): boolean =>
  feeds === undefined && flows === undefined && requests.every((it) => it.check === undefined);

export function preparePlain(
  { load, seed, worker }: Job,
  rendering: (request: RequestSpec) => Rendered,
): (around: Surroundings) => Content {
  const messages = load.requests.map(rendering);
  const choose = chooser(
    load.requests.map((it) => it.weight),
    seeded(seed, `requests ${worker}`),
  );
  return ({ recorder, send, ended }) => ({
    message: (request) => messages[request] as Rendered,
    recorder,
    begin: (phase, due, slot) => {
      recorder.due(due);
      send(phase, choose(), due, slot);
    },
    drop: (phase, due) => {
      recorder.due(due);
      recorder.untimed(phase, choose(), Code.dropped, due);
    },
    over: ended,
    close: () => undefined,
    flush: function* () {},
  });
}
