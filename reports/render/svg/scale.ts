/** From data to pixels and back to round tick values. */

export interface Scale {
  readonly domain: readonly [number, number];
  readonly at: (value: number) => number;
}

/** Values outside the domain land on its edge. */
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const width = high - low || 1;
  return { domain, at: (value) => range[0] + ((clamp(value, low, high) - low) / width) * (range[1] - range[0]) };
}

/** `domain` above zero. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linear([Math.log(domain[0]), Math.log(domain[1])], range);
  return { domain, at: (value) => inner.at(Math.log(clamp(value, domain[0], domain[1]))) };
}

const decimalSteps = [1, 2, 2.5, 5, 10];

/** The smallest step of 1, 2, 2.5 or 5 times a power of ten that makes at most `count` intervals. */
function decimalStep(width: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10(width / count));
  return power * (decimalSteps.find((it) => width / (power * it) <= count + 1e-9) ?? 10);
}

const multiples = (low: number, high: number, step: number): number[] => {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

/** Round values inside the domain, at most `count + 1`. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  return multiples(low, high, decimalStep(high - low, count));
}

/** A domain widened to round values. `whole` never goes below steps of one. */
export function rounded(low: number, high: number, count: number, whole = false): [number, number] {
  const top = high > low ? high : low + (Math.abs(low) || 1);
  const step = Math.max(decimalStep(top - low, count), whole ? 1 : 0);
  return [
    Number((Math.floor(low / step + 1e-9) * step).toPrecision(12)),
    Number((Math.ceil(top / step - 1e-9) * step).toPrecision(12)),
  ];
}

/** 1, 2, 5 of each decade, thinned to 1 and 5, then 1; round linear values when the domain is narrower than two of them. */
export function logTicks(low: number, high: number, count: number): number[] {
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  );
  const pick = (factors: readonly number[]) =>
    decades
      .flatMap((decade) => factors.map((it) => Number((decade * it).toPrecision(12))))
      .filter((it) => it >= low * (1 - 1e-9) && it <= high * (1 + 1e-9));
  const candidates = [pick([1, 2, 5]), pick([1, 5]), pick([1])];
  const fitting = candidates.find((it) => it.length <= count + 1) ?? pick([1]);
  return fitting.length >= 2 ? fitting : ticks(low, high, count);
}

const timeSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];

/** Seconds at which a clock is read: steps of 1, 5, 10, 30 s, 1, 5, 10 min … */
export function timeTicks(low: number, high: number, count: number): number[] {
  return multiples(low, high, timeSteps.find((it) => (high - low) / it <= count) ?? 86400);
}
