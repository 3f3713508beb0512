/** Series for simulations: normal values in which each carries a share of its predecessor along. */
import type { Random } from "../../runner/shared/random.ts";

export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Mean 0, standard deviation 1, lag-1 autocorrelation `carried`; stationary from its first value. */
export function autoregressive(random: Random, length: number, carried: number): number[] {
  let value = normal(random);
  return Array.from({ length }, () => {
    const now = value;
    value = carried * value + Math.sqrt(1 - carried ** 2) * normal(random);
    return now;
  });
}
