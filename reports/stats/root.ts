/** The root of an increasing function: Newton's steps where they stay inside the bracket, bisection where they do not. */

/**
 * @param f        increasing between `low` and `high`, negative at `low`, positive at `high`
 * @param slope    derivative of f; a non-positive or non-finite one means "bisect here"
 * @returns x with f(x) = 0, to about the precision of a double
 */
export function increasingRoot(
  f: (x: number) => number,
  slope: (x: number) => number,
  bracket: { low: number; high: number; start: number },
): number {
  let { low, high } = bracket;
  let x = bracket.start;
  // 200 bisections exhaust any bracket of doubles; Newton needs fewer than ten.
  for (let i = 0; i < 200; i++) {
    const error = f(x);
    if (error === 0) return x;
    if (error < 0) low = x;
    else high = x;
    const newton = x - error / slope(x);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 4e-16 * Math.abs(x) || next === low || next === high) return next;
    x = next;
  }
  return x;
}
