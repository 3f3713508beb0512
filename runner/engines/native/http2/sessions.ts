/**
 * The HTTP/2 connections of one worker. A set number is kept, so that the load spreads over the instances behind the address: a router
 * there sees connections, not requests. Requests go to them in turn. When all are full (the server's limit), one more is opened.
 */
import type { LoadSpec } from "../../../record/scenario.ts";
import { linkedList } from "../list.ts";
import type { Events, Session } from "./session.ts";

/** New connections per turn of the event loop. */
const opensPerTurn = 8;

interface Sessions {
  /** One with room for a request, that which was used longest ago; null when there is none. */
  readonly free: () => Session | null;
  /** A request was sent on it. */
  readonly used: (it: Session) => void;
  /** A request on it is over. */
  readonly over: (it: Session) => void;
  /** It takes no more requests. */
  readonly retire: (it: Session) => void;
  /** Opens one where fewer are there than are to be kept, or where all are full for what waits. */
  readonly want: (waiting: number, outstanding: number) => void;
  readonly size: (of: "opening" | "usable" | "all") => number;
  /** Gives up those that can't be established, and those that are too old. */
  readonly sweep: () => void;
  readonly close: () => void;
  /** For its sessions. */
  readonly events: Pick<Events, "established" | "changed" | "leaving" | "gone">;
}

interface SessionsOptions {
  /** How many to keep. */
  readonly connections: number;
  readonly keepAlive: LoadSpec["keepAlive"];
  /** To be established within. */
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly open: () => Session;
  /** There is room for requests that wait. */
  readonly onRoom: () => void;
  /** One could not be established. */
  readonly onFailed: () => void;
}

export function keepSessions({ connections, timeoutMs, now, ...options }: SessionsOptions): Sessions {
  const maxRequests = options.keepAlive.maxRequests ?? Number.POSITIVE_INFINITY;
  const maxAgeMs = options.keepAlive.maxAgeMs ?? Number.POSITIVE_INFINITY;
  const opening = linkedList<Session>();
  /** Established ones with room for another request, the one that was used longest ago first. */
  const free = linkedList<Session>();
  const isFree = new Set<Session>();
  /** Established ones that take requests, full or not. */
  const usable = new Set<Session>();
  /** No more requests, but some are outstanding. */
  const leaving = new Set<Session>();
  let wanted = 0;
  let opensNextTurn = false;
  let closed = false;

  /** Puts it among the free ones, at the end, or takes it out. */
  const place = (it: Session) => {
    if (isFree.delete(it)) free.remove(it);
    if (!usable.has(it) || it.outstanding >= it.limit) return;
    isFree.add(it);
    free.add(it);
  };
  const retire = (it: Session) => {
    if (!usable.delete(it)) return;
    place(it);
    if (it.outstanding === 0) it.http2.destroy();
    else leaving.add(it);
  };
  const giveUp = (it: Session) => {
    it.isRetired = true;
    opening.remove(it);
  };
  const open = () => {
    opensNextTurn = false;
    if (closed) return;
    for (let opened = 0; opened < opensPerTurn && wanted > 0; opened++, wanted--) opening.add(options.open());
    openNextTurn();
  };
  const openNextTurn = () => {
    if (wanted === 0 || opensNextTurn) return;
    opensNextTurn = true;
    setImmediate(open);
  };

  return {
    free: () => {
      for (let it = free.oldest(); it !== null; it = free.oldest()) {
        if (!it.http2.closed && !it.http2.destroyed && now() - it.opened < maxAgeMs) return it;
        retire(it);
      }
      return null;
    },
    used: (it) => {
      if (it.sent >= maxRequests) retire(it);
      else place(it);
    },
    over: (it) => {
      if (!isFree.has(it)) place(it);
      if (it.outstanding === 0 && leaving.delete(it)) it.http2.destroy();
    },
    retire,
    want: (waiting, outstanding) => {
      const coming = opening.size() + wanted;
      const there = usable.size + coming;
      const areFull = waiting > 0 && coming === 0;
      if (there < connections || (areFull && there < outstanding + waiting)) wanted++;
      openNextTurn();
    },
    size: (of) =>
      of === "opening" ? opening.size() : of === "usable" ? usable.size : usable.size + leaving.size + opening.size(),
    sweep: () => {
      const at = now();
      for (let it = opening.oldest(); it !== null && at - it.opened >= timeoutMs; it = opening.oldest()) {
        giveUp(it);
        it.http2.destroy();
      }
      for (const it of usable) if (at - it.opened >= maxAgeMs) retire(it);
    },
    close: () => {
      closed = true;
      for (let it = opening.oldest(); it !== null; it = opening.oldest()) {
        giveUp(it);
        it.http2.destroy();
      }
      for (const it of [...usable, ...leaving]) it.http2.destroy();
    },
    events: {
      established: (it) => {
        opening.remove(it);
        usable.add(it);
        place(it);
        options.onRoom();
      },
      changed: (it) => {
        place(it);
        options.onRoom();
      },
      leaving: retire,
      gone: (it) => {
        leaving.delete(it);
        if (usable.delete(it)) place(it);
        else if (it.port === null && !it.isRetired) {
          giveUp(it);
          options.onFailed();
        }
      },
    },
  };
}
