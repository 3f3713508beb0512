/** One direction of a connection: what comes from `source` goes to `sink`, in order and complete, FIN as FIN and RST as RST. */
import type { Socket } from "node:net";
import { holdLimit, type Shape } from "./shape.ts";

interface Pipe {
  /** Holds for what is on its way too: taking a latency off lets go of what it held. */
  readonly setShape: (shape: Shape | null) => void;
  /** Whether something was lost on purpose: such a connection can't go on afterwards. */
  readonly swallowed: () => boolean;
  readonly close: () => void;
}

interface Held {
  what: Buffer | "end" | "reset";
  readonly arrivedAt: number;
  /** Uniform in [-1, 1): where in the jitter this one falls, drawn once. */
  readonly jitter: number;
}

/** A narrow line passes pieces of this long, so that a large chunk trickles instead of coming in one lump. */
const pieceMs = 20;

/** `onPass` is called for each chunk that a shape acts on. */
export function openPipe(source: Socket, sink: Socket, onPass: () => void, random: () => number): Pipe {
  let shape: Shape | null = null;
  let swallowed = false;
  let held: Held[] = [];
  let first = 0;
  let heldBytes = 0;
  let sinkFull = false;
  let lineFreeAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const waiting = () => held.length > first;

  const deliver = (what: Held["what"]) => {
    if (sink.destroyed) return;
    if (what === "end") sink.end();
    else if (what === "reset") resetSocket(sink);
    else if (!sink.write(what)) {
      sinkFull = true;
      source.pause();
    }
  };

  const arrive = (what: Held["what"]) => {
    if (shape?.swallow) {
      swallowed = true;
      onPass();
      return;
    }
    if (shape === null && !waiting()) {
      deliver(what);
      return;
    }
    if (typeof what !== "string") {
      if (shape !== null) onPass();
      heldBytes += what.length;
      if (heldBytes > (shape === null ? 0 : holdLimit(shape))) source.pause();
    }
    held.push({ what, arrivedAt: performance.now(), jitter: random() * 2 - 1 });
    if (timer === undefined && !sinkFull) flush();
  };

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (let head = held[first]; head !== undefined && !sinkFull; head = held[first]) {
      const now = performance.now();
      const delay = shape === null ? 0 : Math.max(0, shape.latencyMs + head.jitter * shape.jitterMs);
      const rate = shape?.bytesPerSecond ?? Number.POSITIVE_INFINITY;
      const piece = pieceOf(head.what, rate);
      const due = Math.max(head.arrivedAt + delay, lineFreeAt) + (sizeOf(piece) / rate) * 1000;
      if (due > now) {
        timer = setTimeout(flush, Math.ceil(due - now));
        break;
      }
      lineFreeAt = rate === Number.POSITIVE_INFINITY ? 0 : due;
      heldBytes -= sizeOf(piece);
      if (sizeOf(piece) < sizeOf(head.what)) head.what = (head.what as Buffer).subarray(sizeOf(piece));
      else first++;
      deliver(piece);
    }
    if (first > 1024 || !waiting()) {
      held = held.slice(first);
      first = 0;
    }
    if (!sinkFull && heldBytes <= (shape === null ? 0 : holdLimit(shape) / 2)) source.resume();
  };

  source.on("data", arrive);
  source.on("end", () => arrive("end"));
  // Also a connection that could not be made: to the other side it looks like one that broke.
  source.on("error", () => arrive("reset"));
  sink.on("drain", () => {
    sinkFull = false;
    // The time that the sink kept us waiting is not made up for.
    if (lineFreeAt !== 0) lineFreeAt = Math.max(lineFreeAt, performance.now());
    if (waiting()) flush();
    else source.resume();
  });

  return {
    setShape: (next) => {
      shape = next;
      if (next === null) lineFreeAt = 0;
      if (next?.swallow) source.resume();
      flush();
    },
    swallowed: () => swallowed,
    close: () => clearTimeout(timer),
  };
}

const sizeOf = (what: Held["what"]): number => (typeof what === "string" ? 0 : what.length);

const pieceOf = (what: Held["what"], bytesPerSecond: number): Held["what"] => {
  const size = Math.max(1, Math.floor((bytesPerSecond * pieceMs) / 1000));
  return typeof what === "string" || what.length <= size ? what : what.subarray(0, size);
};

/** Sends RST. libuv refuses that while a FIN waits behind unsent data (EINVAL); then it is only closed. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
