/**
 * The open model: a request is sent when it is due, whatever became of those before (no coordinated omission). Where a timer is
 * late, all that is due goes at once, each with its own intended time.
 */
import type { Model } from "./model.ts";
import type { Arrival } from "./schedule.ts";

/** Timers can't be set more finely, and are late by up to one of their own ticks. */
const timerMs = 1;
/** Longest sleep: timeouts are looked for in between. */
const longestSleepMs = 10;

export function paceOpen(options: {
  readonly schedule: Iterator<Arrival>;
  readonly endMs: number;
  /** Whether another request may be in flight. */
  readonly hasRoom: () => boolean;
  readonly begin: (phase: number, due: number, slot: number) => void;
  readonly drop: (phase: number, due: number) => void;
  readonly sweep: () => void;
  readonly now: () => number;
}): Model {
  const { schedule, now } = options;
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const pull = (): Arrival | null => {
    const next = schedule.next();
    return next.done ? null : next.value;
  };
  let next = pull();
  const free: number[] = [];
  let slots = 0;
  let isOver = false;

  const poll = () => {
    if (next === null) return;
    for (const at = now(); next !== null && next.at <= at; next = pull()) {
      if (options.hasRoom()) options.begin(next.phase, next.at, free.pop() ?? slots++);
      else options.drop(next.phase, next.at);
    }
  };
  const tick = () => {
    poll();
    options.sweep();
    const at = now();
    if (next === null && at >= options.endMs) {
      isOver = true;
      return resolve();
    }
    const wait = (next?.at ?? options.endMs) - at;
    setTimeout(tick, Math.max(timerMs, Math.min(longestSleepMs, Math.floor(wait))));
  };
  tick();
  return {
    finished,
    poll,
    ended: (_, slot) => void free.push(slot),
    left: (slot) => void free.push(slot),
    stays: (_, at) => !isOver && at < options.endMs,
  };
}
