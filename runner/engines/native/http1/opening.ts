/** The connections of a pool that are on their way: no more than there are requests that wait for one. */
import { linkedList } from "../list.ts";
import { type Connection, discard } from "./connection.ts";

interface OpeningConnections {
  readonly size: () => number;
  /** Opens what is missing, from the next turn of the event loop on. */
  readonly want: () => void;
  /** It is established, or refused. */
  readonly remove: (it: Connection) => void;
  /** Gives up those that take longer than the timeout. */
  readonly sweep: (at: number) => void;
  readonly close: () => void;
}

/** New connections per turn of the event loop: answers are read in between, and free connections for those that wait. */
const opensPerTurn = 2;

/** @param waiting requests without a connection */
export function openingConnections(
  open: () => Connection,
  waiting: () => number,
  timeoutMs: number,
): OpeningConnections {
  const list = linkedList<Connection>();
  let opensNextTurn = false;
  let closed = false;

  const want = () => {
    if (opensNextTurn || list.size() >= waiting()) return;
    opensNextTurn = true;
    setImmediate(openSome);
  };
  const openSome = () => {
    opensNextTurn = false;
    if (closed) return;
    for (let opened = 0; opened < opensPerTurn && list.size() < waiting(); opened++) list.add(open());
    want();
  };
  const giveUp = (it: Connection) => {
    list.remove(it);
    discard(it);
  };
  return {
    size: list.size,
    want,
    remove: list.remove,
    sweep: (at) => {
      for (let it = list.oldest(); it !== null && at - it.opened >= timeoutMs; it = list.oldest()) giveUp(it);
    },
    close: () => {
      closed = true;
      for (let it = list.oldest(); it !== null; it = list.oldest()) giveUp(it);
    },
  };
}
