/** What the toxics of a connection add up to in one direction. */
import type { Stream, Toxic } from "./control.ts";

export interface Shape {
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Infinity when nothing narrows the line. */
  readonly bytesPerSecond: number;
  readonly swallow: boolean;
}

type Direction = Exclude<Stream, "both">;

/** Whether a toxic acts on the data of a direction; `reset` and `down` act on the connection as a whole. */
export const shapes = (toxic: Toxic, direction: Direction): boolean =>
  "stream" in toxic && (toxic.stream === "both" || toxic.stream === direction);

/** Null when data passes as it comes. Latencies add up, the narrowest line counts. */
export function shapeOf(toxics: Iterable<Toxic>, direction: Direction): Shape | null {
  let shape: Shape | null = null;
  for (const toxic of toxics) {
    if (!shapes(toxic, direction)) continue;
    shape ??= { latencyMs: 0, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, swallow: false };
    if (toxic.type === "latency") {
      shape = { ...shape, latencyMs: shape.latencyMs + toxic.latencyMs, jitterMs: shape.jitterMs + toxic.jitterMs };
    } else if (toxic.type === "bandwidth") {
      shape = { ...shape, bytesPerSecond: Math.min(shape.bytesPerSecond, toxic.bytesPerSecond) };
    } else {
      shape = { ...shape, swallow: true };
    }
  }
  return shape;
}

/** As much as a long TCP link holds: the largest default receive window of Linux (tcp_rmem). */
const window = 6 * 1024 * 1024;
const oneRead = 64 * 1024;

/**
 * Bytes a direction may hold before its source is paused: what is under way on the line (rate x delay) and one read, so that
 * latency alone does not throttle, and a narrow line makes the sender wait instead of filling memory.
 */
export const holdLimit = (shape: Shape): number =>
  shape.bytesPerSecond === Number.POSITIVE_INFINITY
    ? window
    : Math.min(window, oneRead + (shape.bytesPerSecond * (shape.latencyMs + shape.jitterMs)) / 1000);
