/** Significance by permuting blocks: the order of a series is shuffled, but what depends on its neighbour stays beside it. */
import { OutOfDomain } from "./errors.ts";

interface BlockPermutation {
  /** Values in the series. */
  readonly size: number;
  /** Values that stay together; 1 is the ordinary permutation test, for independent values. */
  readonly blockLength: number;
  /** Of the series as it is. */
  readonly observed: number;
  /** The same statistic of the series in another order: position -> index of the value. For a search, its maximum. */
  readonly statistic: (order: Int32Array) => number;
  /** Uniform in [0, 1), seeded by the caller. */
  readonly random: () => number;
  readonly draws?: number;
  /** Orders that reach the observed statistic before the rest is not drawn any more. */
  readonly enough?: number;
}

interface MonteCarlo {
  readonly p: number;
  readonly draws: number;
}

/** Sums that are equal on paper differ in their last digits: an order as extreme as the observed must count as such. */
const ROUNDING = 1e-9;

/**
 * Monte Carlo p-value of a statistic under shuffled blocks: (r + 1) / (draws + 1), never 0; r / drawn where it ended early.
 * Blocks are cut from the series closed to a ring, from another start each time, so that no border of blocks is special.
 *
 * @throws OutOfDomain unless the block length is a whole number from 1 to the size
 * Besag and Clifford (1991) for the early end, which keeps the p-value valid; Politis and Romano (1992) for the ring.
 */
export function blockPermutation(test: BlockPermutation): MonteCarlo {
  const { size, blockLength, observed, statistic, random, draws = 199, enough = Number.POSITIVE_INFINITY } = test;
  if (!(Number.isInteger(blockLength) && blockLength >= 1 && blockLength <= size))
    throw new OutOfDomain(`a block length must be a whole number from 1 to ${size}`, blockLength);
  const threshold = observed - ROUNDING * Math.abs(observed);
  const shuffle = blockShuffler(size, blockLength, random);
  let reached = 0;
  for (let draw = 1; draw <= draws; draw++) {
    if (statistic(shuffle()) >= threshold) reached++;
    if (reached >= enough) return { p: reached / draw, draws: draw };
  }
  return { p: (reached + 1) / (draws + 1), draws };
}

/** A function that gives another order of blocks every time, in the same array. The last block may be shorter. */
export function blockShuffler(size: number, blockLength: number, random: () => number): () => Int32Array {
  const order = new Int32Array(size);
  const blocks = Int32Array.from({ length: Math.ceil(size / blockLength) }, (_, i) => i);
  return () => {
    for (let i = blocks.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const moved = blocks[i] as number;
      blocks[i] = blocks[j] as number;
      blocks[j] = moved;
    }
    const start = Math.floor(random() * size);
    let filled = 0;
    for (const block of blocks) {
      const end = Math.min(size, (block + 1) * blockLength);
      for (let at = block * blockLength; at < end; at++) {
        const index = start + at;
        order[filled++] = index < size ? index : index - size;
      }
    }
    return order;
  };
}
