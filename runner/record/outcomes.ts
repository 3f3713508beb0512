/** What becomes of requests and flows. */

/**
 * Classes of what became of a request that was due. ok: answered with 1xx to 3xx, or the status that its check names, and complete.
 * check: answered like that, but not as its check says. connect: no connection.
 * reset: the connection broke while the answer was outstanding. lost: it was closed cleanly, or the load ended, without an answer.
 * protocol: the answer was not HTTP. dropped: never sent, because too many were in flight.
 */
export const outcomes = [
  "ok",
  "4xx",
  "5xx",
  "check",
  "connect",
  "reset",
  "timeout",
  "lost",
  "protocol",
  "dropped",
] as const;
export type Outcome = (typeof outcomes)[number];

/** `cut`: the load, or the number of connections, ended before the flow did. */
export const flowOutcomes = [...outcomes, "cut"] as const;
