/** Which instance a client port led to, as the router told it. */
import type { JournalLine } from "../../runner/record/events.ts";
import type { TrialEvidence } from "./evidence.ts";
import { ofType } from "./of-type.ts";

/** The router tells in batches, so that a request may be sent before its connection is told; ports come around far later. ms */
const toldWithinMs = 250;

/** @param target whose router it was: other routers have clients of their own */
export function servedBy(events: readonly JournalLine[], target: string): TrialEvidence["servedBy"] {
  const byPort = Map.groupBy(
    ofType(events)("connections")
      .filter((it) => it.target === target)
      .flatMap(({ t, list }) => list.map(({ client, instance }) => ({ t, client, instance }))),
    (it) => it.client,
  );
  return (port, at) => byPort.get(port)?.findLast((it) => it.t <= at + toldWithinMs)?.instance ?? null;
}
