/** Which of a weighted mix is next. */
import type { Random } from "../../shared/random.ts";

/** Its index, drawn by weight. */
export function chooser(weights: readonly number[], random: Random): () => number {
  if (weights.length === 1) return () => 0;
  const sums: number[] = [];
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight);
  const total = sums.at(-1) ?? 0;
  return () => {
    const drawn = random() * total;
    const index = sums.findIndex((sum) => drawn < sum);
    return index < 0 ? sums.length - 1 : index;
  };
}
