/** The generator about itself: what it used, how late its event loop was, how late it sent. */
import type { SelfLine } from "../../record/load-lines.ts";
import { watchLoop } from "../../shared/loop-delay.ts";
import type { Room } from "../../substrate/procfs/room.ts";
import type { Turns } from "../../substrate/procfs/turns.ts";
import { newCounts, quantileMs, recordMs, reset } from "./counts.ts";

/** Of the process that runs the worker; only its entry may ask. */
export interface Usage {
  /** CPU time used so far, user and system, ms. */
  readonly cpuMs: () => number;
  readonly rssBytes: () => number;
  /** Null where the system does not tell. */
  readonly room: () => Room | null;
  /** Of what sends. Null where the system does not tell. */
  readonly turns: () => Turns | null;
}

/** How often the event loop is asked for its delay. */
const beatMs = 10;

interface SelfWatch {
  /** A request was sent this late. */
  readonly lag: (ms: number) => void;
  /** What happened since the last call. `t` is ms since the load's start. */
  readonly line: (t: number, inFlight: number, connections: number) => SelfLine;
  readonly stop: () => void;
}

export function watchSelf(usage: Usage): SelfWatch {
  const lags = newCounts();
  const loop = watchLoop(beatMs);
  let lastMs = performance.now();
  let lastCpuMs = usage.cpuMs();
  let lastTurns = usage.turns();
  return {
    lag: (ms) => recordMs(lags, ms),
    line: (t, inFlight, connections) => {
      const [nowMs, cpuMs] = [performance.now(), usage.cpuMs()];
      const turns = usage.turns();
      const line: SelfLine = {
        type: "self",
        t: Math.round(t),
        cpu: round((cpuMs - lastCpuMs) / Math.max(1, nowMs - lastMs)),
        loopP99: round(loop.p99()),
        lagP50: quantileMs(lags, 0.5),
        lagP99: quantileMs(lags, 0.99),
        inFlight,
        connections,
        rss: usage.rssBytes(),
        ...usage.room(),
        ...waited(lastTurns, turns, nowMs - lastMs),
      };
      [lastMs, lastCpuMs, lastTurns] = [nowMs, cpuMs, turns];
      reset(lags);
      return line;
    },
    stop: loop.stop,
  };
}

/** Threads that ended in between took their time with them: then it is not known. */
function waited(before: Turns | null, now: Turns | null, passedMs: number): Pick<SelfLine, "waited"> {
  if (before === null || now === null || now.ranMs < before.ranMs || now.waitedMs < before.waitedMs) return {};
  return { waited: round((now.waitedMs - before.waitedMs) / Math.max(1, passedMs)) };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
