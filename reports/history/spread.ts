/** How pairs of one session scatter, by its history: what a run of so many pairs will be able to tell. */
import type { SessionLine } from "./lines.ts";

interface PairSpread {
  /** Standard deviation of pair differences, pooled over sessions; a logarithm on the ratio scale. */
  readonly spread: number;
  readonly sessions: number;
}

/** Older ones say less of how the service scatters now. */
const LATEST = 20;

/** By condition key; of several arms the one that scatters most. Sessions of one pair say nothing of it. */
export function pairSpreads(sessions: readonly SessionLine[]): Map<string, PairSpread> {
  const pooled = new Map<string, { key: string; squares: number; freedom: number; sessions: number }>();
  for (const { metrics } of sessions.slice(-LATEST)) {
    for (const { key, arm, ratio } of metrics) {
      if (ratio === undefined || ratio.se === null || ratio.pairs < 2) continue;
      const id = `${key} arm=${arm}`;
      const known = pooled.get(id) ?? { key, squares: 0, freedom: 0, sessions: 0 };
      known.squares += (ratio.pairs - 1) * ratio.pairs * ratio.se ** 2;
      known.freedom += ratio.pairs - 1;
      known.sessions++;
      pooled.set(id, known);
    }
  }
  const found = new Map<string, PairSpread>();
  for (const { key, squares, freedom, sessions: count } of pooled.values()) {
    const spread = Math.sqrt(squares / freedom);
    if (spread > (found.get(key)?.spread ?? 0)) found.set(key, { spread, sessions: count });
  }
  return found;
}
