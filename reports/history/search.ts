/** The search for changes in one stretch of nights: hierarchical bisection by E-divisive, each step tested by block permutation. */
import { type Random, seeded } from "../../runner/shared/random.ts";
import { lag1Corrected } from "../stats/autocorrelation.ts";
import { blockPermutation } from "../stats/block-permutation.ts";
import { mean, standardDeviation } from "../stats/describe.ts";
import { divergenceScan, type Stretch } from "../stats/e-divisive.ts";
import { doubledMidranks } from "../stats/ranks.ts";

/** The fewest nights in a segment. */
export const SHORTEST_SEGMENT = 5;
/**
 * Two searches share one level: for a level that moved, and for one that came back within so many nights. The second has many more
 * candidates for chance to choose from: as one search they would hide levels that moved.
 */
const SEARCHES = [
  { widest: 0, share: 0.4 },
  { widest: 32, share: 0.6 },
];
/** Of each step. A stable series takes only the first, so that this is its share of false changes. */
const LEVEL = 0.05;
const DRAWS = 399;
/** Nights that a block keeps together: where the lag-1 autocorrelation is below `from`, and above. */
const BLOCK = { short: 5, long: 10, from: 0.3 };
/** Standard errors up to which a difference may be chance that the search has picked out. */
const CHANCE = 4;

export interface Found {
  /** Of the first night at the new level. */
  readonly index: number;
  /** Of the step that found it, for both searches together. */
  readonly p: number;
  readonly blockLength: number;
}

/** Stretches of one series that were searched before, with one seed. */
export type Searched = Map<string, readonly Found[]>;

/** Changes between `start` and `end` (not included), in order. The same stretch gives the same answer, whatever comes after it. */
export function searchChanges(
  values: readonly number[],
  start: number,
  end: number,
  seed: number,
  searched: Searched = new Map(),
): readonly Found[] {
  if (end - start < 2 * SHORTEST_SEGMENT) return [];
  const stretch = `${start} ${end}`;
  const found = searched.get(stretch) ?? searchIn(values, start, end, seed, searched);
  searched.set(stretch, found);
  return found;
}

function searchIn(values: readonly number[], start: number, end: number, seed: number, searched: Searched): Found[] {
  const nights = values.slice(start, end);
  const random = seeded(seed, `change points of nights ${start} to ${end}`);
  for (const { widest, share } of SEARCHES) {
    const { from, to, p, blockLength } = strongestChange(nights, widest, LEVEL * share, random);
    if (p > LEVEL * share) continue;
    const edges = [from, to].map((it) => start + it).filter((it) => it > start && it < end);
    const borders = [start, ...edges, end];
    const deeper = borders
      .slice(1)
      .flatMap((border, i) => searchChanges(values, borders[i] as number, border, seed, searched));
    return [...deeper, ...edges.map((index) => ({ index, p: p / share, blockLength }))].sort(
      (a, b) => a.index - b.index,
    );
  }
  return [];
}

type Tested = Stretch & Pick<Found, "p" | "blockLength">;

function strongestChange(nights: readonly number[], widest: number, level: number, random: Random): Tested {
  const search = { minimum: SHORTEST_SEGMENT, widest };
  const strongest = divergenceScan(nights, search)();
  const { autocorrelation, exchangeable } = underNoChange(nights, strongest);
  const blockLength = autocorrelation < BLOCK.from ? BLOCK.short : BLOCK.long;
  const shuffled = divergenceScan(exchangeable, search);
  const { p } = blockPermutation({
    size: nights.length,
    blockLength,
    observed: strongest.divergence,
    statistic: (order) => shuffled(order).divergence,
    random,
    draws: DRAWS,
    enough: Math.ceil(level * (DRAWS + 1)),
  });
  return { ...strongest, p, blockLength };
}

/**
 * What the series would be without the candidate, for the permutations, and its autocorrelation.
 *
 * A real change left in would stand in the way of its own significance: few blocks hold it, and many orders keep them together.
 * All of it taken out would make every change significant, since the search picks the largest by chance too. So only the part beyond
 * chance goes. Standard errors heed the autocorrelation, taken one standard error higher: too low an estimate would be too sure.
 */
function underNoChange(
  nights: readonly number[],
  { from, to }: Stretch,
): { autocorrelation: number; exchangeable: readonly number[] } {
  const inside = nights.slice(from, to);
  const shift = mean(inside) - mean([...nights.slice(0, from), ...nights.slice(to)]);
  const without = (part: number): number[] => nights.map((it, i) => (i >= from && i < to ? it - part * shift : it));
  const spread = standardDeviation(nights);
  const residuals = without(1);
  const residualSpread = standardDeviation(residuals);
  if (residualSpread === 0) return { autocorrelation: 0, exchangeable: residuals };
  const autocorrelation = lag1Corrected(doubledMidranks(residuals), 2);
  const carried = Math.max(0, Math.min(0.95, autocorrelation + 1 / Math.sqrt(nights.length)));
  const squaredErrors = (nights.length - 2) * ((spread / residualSpread) ** 2 - 1) * ((1 - carried) / (1 + carried));
  if (squaredErrors <= CHANCE ** 2) return { autocorrelation, exchangeable: nights };
  return { autocorrelation, exchangeable: without(1 - CHANCE ** 2 / squaredErrors) };
}
