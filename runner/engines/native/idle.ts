/**
 * The idle connections of a pool. They are used first in, first out, so that the load keeps spreading over the instances behind the
 * address. A peak, or a stall of this process, leaves more of them than the load needs: those wait aside for the next one, since a
 * round over a thousand sockets finds each of them out of the CPU's caches.
 */
import type { Connection } from "./connection.ts";
import { linkedList } from "./list.ts";

interface IdleConnections {
  readonly size: () => number;
  readonly add: (it: Connection) => void;
  readonly remove: (it: Connection) => void;
  /** The one to be used next. */
  readonly next: () => Connection | null;
  /** The one that has been idle longest. */
  readonly oldest: () => Connection | null;
}

/** Idle at the same time, and still used in turn. */
const mostInTurn = 64;

export function idleConnections(): IdleConnections {
  const inTurn = linkedList<Connection>();
  const aside = linkedList<Connection>();
  return {
    size: () => inTurn.size() + aside.size(),
    add: (it) => {
      it.isAside = inTurn.size() >= mostInTurn;
      (it.isAside ? aside : inTurn).add(it);
    },
    remove: (it) => (it.isAside ? aside : inTurn).remove(it),
    next: () => inTurn.oldest() ?? aside.newest(),
    oldest: () => aside.oldest() ?? inTurn.oldest(),
  };
}
