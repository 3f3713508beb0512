/** Seeded pseudo-random numbers: the same seed gives the same run. */

/** Uniform in [0, 1). */
export type Random = () => number;

/**
 * A generator from a seed and a label, so that streams of one seed (block order, arrivals of worker 2, the instance a fault picks)
 * are independent of each other and of the order in which they are asked.
 * sfc32 (Chris Doty-Humphrey's Small Fast Counter, PractRand), seeded by an FNV-1a hash of the label.
 */
export function seeded(seed: number, label: string): Random {
  let a = 0x9e3779b9;
  let b = seed >>> 0;
  let c = Math.floor(seed / 2 ** 32) >>> 0;
  let counter = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) counter = Math.imul(counter ^ label.charCodeAt(i), 0x01000193) >>> 0;
  const next = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + out) | 0;
    return (out >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** A shuffled copy (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
