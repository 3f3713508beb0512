/**
 * The idle connections of a pool. They are used first in, first out, so that the load keeps spreading over the instances behind the
 * address. A peak, or a stall of this process, leaves more of them than the load needs: those wait aside for the next one, since a
 * round over a thousand sockets finds each of them out of the CPU's caches.
 */
import { linkedList } from "../list.ts";
import { type Connection, discard } from "./connection.ts";

interface IdleConnections {
  readonly size: () => number;
  readonly add: (it: Connection, at: number) => void;
  readonly remove: (it: Connection) => void;
  /** Takes out the one to be used next; null when there is none. Those too old to be used are closed. */
  readonly take: () => Connection | null;
  /** Closes those that are too old. */
  readonly sweep: (at: number) => void;
  readonly close: () => void;
}

/** Idle at the same time, and still used in turn. */
const mostInTurn = 64;

/**
 * A connection is not used any more this long before the server said it would close it (or half of that time, if less): a request
 * sent into a closing connection is lost. Other clients do the same.
 */
const keepAliveSlackMs = 1000;

/** @param maxAgeMs of a connection, since it was asked for */
export function idleConnections(maxAgeMs: number, now: () => number): IdleConnections {
  const inTurn = linkedList<Connection>();
  const aside = linkedList<Connection>();
  const remove = (it: Connection) => (it.isAside ? aside : inTurn).remove(it);
  const next = () => inTurn.oldest() ?? aside.newest();
  const oldest = () => aside.oldest() ?? inTurn.oldest();
  const close = (it: Connection) => {
    remove(it);
    discard(it);
  };
  const isStale = (it: Connection, at: number): boolean => {
    const hint = it.parser.keepAliveMs;
    const usableMs = hint === null ? Number.POSITIVE_INFINITY : Math.max(hint - keepAliveSlackMs, hint / 2);
    return at - it.idleSince > usableMs || at - it.opened >= maxAgeMs;
  };
  return {
    size: () => inTurn.size() + aside.size(),
    add: (it, at) => {
      it.idleSince = at;
      it.isAside = inTurn.size() >= mostInTurn;
      (it.isAside ? aside : inTurn).add(it);
    },
    remove,
    take: () => {
      for (let it = next(); it !== null; it = next()) {
        remove(it);
        if (!isStale(it, now())) return it;
        discard(it);
      }
      return null;
    },
    sweep: (at) => {
      for (let it = oldest(); it !== null && isStale(it, at); it = oldest()) close(it);
    },
    close: () => {
      for (let it = oldest(); it !== null; it = oldest()) close(it);
    },
  };
}
