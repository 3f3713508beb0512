/**
 * The open model: a request is sent when it is due, whatever became of those before (no coordinated omission). Where a timer is
 * late, all that is due goes at once, each with its own intended time.
 */
import type { Recorder } from "../worker/recorder.ts";
import type { Pool } from "./pool.ts";
import type { Arrival } from "./schedule.ts";

export interface Pacer {
  /** Sends what is due; to be called whenever the event loop has woken for something else, too. */
  readonly poll: () => void;
  /** Resolves when the schedule is over. */
  readonly finished: Promise<void>;
}

/** Timers can't be set more finely, and are late by up to one of their own ticks. */
const timerMs = 1;
/** Longest sleep: timeouts are looked for in between. */
const longestSleepMs = 10;

export function paceOpen(options: {
  readonly schedule: Iterator<Arrival>;
  readonly endMs: number;
  readonly maxInFlight: number;
  readonly choose: () => number;
  readonly pool: Pool;
  readonly recorder: Recorder;
  readonly now: () => number;
}): Pacer {
  const { schedule, pool, recorder, now } = options;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const pull = (): Arrival | null => {
    const next = schedule.next();
    return next.done ? null : next.value;
  };
  let next = pull();

  const poll = () => {
    if (next === null || next.at > now()) return;
    for (let at = now(); next !== null && next.at <= at; next = pull()) {
      const request = options.choose();
      recorder.due(next.at);
      if (pool.inFlight() < options.maxInFlight) pool.send(next.phase, request, next.at, 0);
      else recorder.dropped(next.phase, request, next.at);
    }
  };
  const tick = () => {
    poll();
    pool.sweep();
    const at = now();
    if (next === null && at >= options.endMs) return resolve();
    const wait = (next?.at ?? options.endMs) - at;
    setTimeout(tick, Math.max(timerMs, Math.min(longestSleepMs, Math.floor(wait))));
  };
  tick();
  return { poll, finished };
}
