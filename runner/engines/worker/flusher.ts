/** Tells once a second what was recorded, one line per turn of the event loop, so that encoding delays no request for long. */
import type { LoadLine } from "../../record/load-lines.ts";
import type { TroubleLine } from "../engine.ts";
import type { Say } from "./protocol.ts";

interface Flusher {
  /** Stops the clock, tells what is left, and resolves when all is said. */
  readonly finish: () => Promise<void>;
}

/** `lines` gives what is new; a `last` line closes each round. */
export function startFlusher(lines: () => Iterator<LoadLine | TroubleLine>, last: () => LoadLine, say: Say): Flusher {
  let running: Promise<void> | null = null;
  const round = (): Promise<void> => {
    running ??= new Promise<void>((resolve) => {
      const rest = lines();
      const step = () => {
        const next = rest.next();
        say(next.done ? last() : next.value);
        if (next.done) resolve();
        else setImmediate(step);
      };
      step();
    }).finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => void round(), 1000);
  return {
    finish: async () => {
      clearInterval(timer);
      if (running !== null) await running;
      await round();
    },
  };
}
