/** When somebody comes: the open model or the closed one. Users have slots, small numbers that are used again. */

export interface Model {
  /** Resolves when nobody comes any more. */
  readonly finished: Promise<void>;
  /** To be called whenever the event loop has woken for something: what is due meanwhile goes at once. */
  readonly poll: () => void;
  /** What the user of a slot came for is over. */
  readonly ended: (outcome: number, slot: number) => void;
  /** The user of a slot is gone in the middle of it. */
  readonly left: (slot: number) => void;
  /** Whether the user of a slot is there at that time. */
  readonly stays: (slot: number, at: number) => boolean;
}
