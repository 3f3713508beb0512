/** What a statistic throws instead of answering NaN. */

/** Fewer values than the statistic needs. */
export class TooFew extends Error {
  override readonly name = "TooFew";
  readonly have: number;
  readonly need: number;

  constructor(size: { have: number; need: number }) {
    super(`${size.have} values where at least ${size.need} are needed`);
    this.have = size.have;
    this.need = size.need;
  }
}

/** A value or parameter outside the statistic's domain: NaN, an infinity, a probability above 1, no spread where spread is divided by. */
export class OutOfDomain extends Error {
  override readonly name = "OutOfDomain";

  constructor(what: string, found: number) {
    super(`${what}, found ${found}`);
  }
}

/** @throws TooFew below `need` values; OutOfDomain for a NaN or an infinity */
export function requireFinite(values: readonly number[], need: number): void {
  if (values.length < need) throw new TooFew({ have: values.length, need });
  for (const value of values) {
    if (!Number.isFinite(value)) throw new OutOfDomain("values must be finite", value);
  }
}

/** @throws OutOfDomain unless 0 < p < 1 */
export function requireProbability(what: string, p: number): void {
  if (!(p > 0 && p < 1)) throw new OutOfDomain(`${what} must lie between 0 and 1`, p);
}
