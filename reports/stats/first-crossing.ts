/** When a Brownian motion first crosses upper bounds at given times: the bounds for given chances, by recursive integration. */
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
import { panelNodes } from "./quadrature.ts";
import { increasingRoot } from "./root.ts";

/** Mass this small, relative to the smallest share still to be spent, is left out of the integrals. */
const NEGLIGIBLE = 1e-11;
/** The lower end of the integrals: a path that deep has no part in later crossings of an upper bound. */
const LOWEST_Z = -8;
/** Width of a panel, in standard deviations of the smaller of the steps before and after it. */
const PANEL_WIDTH = 3;

/**
 * Upper bounds for z (the motion over the root of its time), so that the first crossing is at time i with probability shares[i].
 *
 * @param times  strictly increasing, above 0
 * @param shares 0, or 1e-280 and more; in sum at most 1
 * @returns one z a time, to 1e-9 relative; infinity where the share is 0
 * Armitage, McPherson and Rowe (1969); Jennison and Turnbull (1999), chapter 19.
 */
export function upperBounds(times: readonly number[], shares: readonly number[]): number[] {
  let paths: Paths = { t: 0, x: Float64Array.of(0), mass: Float64Array.of(1) };
  return times.map((t, i) => {
    const share = shares[i] as number;
    const z = share === 0 ? Number.POSITIVE_INFINITY : bound(paths, t, share);
    const next = times[i + 1];
    const later = shares.slice(i + 1).filter((it) => it > 0);
    if (next !== undefined && later.length > 0) {
      paths = advance(paths, { t, next, z, farthest: -normalQuantile(NEGLIGIBLE * Math.min(...later)) });
    }
    return z;
  });
}

/** Where at time t a Brownian motion is that has crossed no bound so far: its mass around each node x, in sum 1 less what has crossed. */
interface Paths {
  readonly t: number;
  readonly x: Float64Array;
  readonly mass: Float64Array;
}

/** The z that such paths are above at time t with probability `share`. */
function bound(paths: Paths, t: number, share: number): number {
  if (share >= 1) return Number.NEGATIVE_INFINITY;
  const deviation = Math.sqrt(t - paths.t);
  const root = Math.sqrt(t);
  let hazard = 0;
  const logCrossing = (z: number): number => {
    let crossed = 0;
    let density = 0;
    paths.mass.forEach((mass, i) => {
      const step = (z * root - (paths.x[i] as number)) / deviation;
      crossed += mass * normalCdf(-step);
      density += mass * normalDensity(step);
    });
    hazard = ((density / crossed) * root) / deviation;
    return Math.log(crossed);
  };
  // Crossed bounds only take away: the quantile without any is the highest that z can be.
  const highest = -normalQuantile(share);
  return increasingRoot(
    (z) => {
      const error = Math.log(share) - logCrossing(z);
      return Math.abs(error) < 1e-13 ? 0 : error;
    },
    () => hazard,
    { low: -39, high: highest, start: highest },
  );
}

/** The same paths at a later time t, less those that are above z there; nodes dense enough for the steps to t and to `next`. */
function advance(paths: Paths, to: { t: number; next: number; z: number; farthest: number }): Paths {
  const deviation = Math.sqrt(to.t - paths.t);
  const root = Math.sqrt(to.t);
  const low = LOWEST_Z * root;
  const high = Math.max(low, Math.min(to.z, to.farthest) * root);
  const width = PANEL_WIDTH * Math.min(deviation, Math.sqrt(to.next - to.t));
  const { x, weight } = panelNodes(low, high, Math.ceil((high - low) / width));
  const reach = to.farthest * deviation;
  let first = 0;
  const mass = x.map((y, i) => {
    while (first < paths.x.length && (paths.x[first] as number) < y - reach) first++;
    let density = 0;
    for (let j = first; j < paths.x.length && (paths.x[j] as number) <= y + reach; j++) {
      density += (paths.mass[j] as number) * normalDensity((y - (paths.x[j] as number)) / deviation);
    }
    return ((weight[i] as number) * density) / deviation;
  });
  return { t: to.t, x, mass };
}
