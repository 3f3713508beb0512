/** Why connections failed that the network did not break: counted by reason, told with the rest of a second. */
import type { TroubleLine } from "../engine.ts";

/** A server that words each failure anew fills no memory. */
const mostReasons = 20;

export function countTroubles() {
  const counts = new Map<string, number>();
  return {
    add: (reason: string): void => {
      if (counts.has(reason) || counts.size < mostReasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    },
    /** Since the last call. */
    flush: function* (): Generator<TroubleLine> {
      for (const [reason, count] of counts) if (count > 0) yield { type: "trouble", reason, count };
      for (const reason of counts.keys()) counts.set(reason, 0);
    },
  };
}
