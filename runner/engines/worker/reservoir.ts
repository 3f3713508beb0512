/** A few single requests of each second, for the report: the slowest, and a uniform random sample of all. */
import type { Random } from "../../shared/random.ts";

export interface Single {
  readonly phase: number;
  readonly request: number;
  readonly outcome: number;
  readonly due: number;
  readonly sent: number | null;
  readonly end: number;
  readonly port: number | null;
}

interface Kept extends Single {
  /** Of the sample. */
  readonly random: boolean;
}

interface Reservoir {
  /** `make` is called only when the request is kept. */
  readonly offer: (responseMs: number, make: () => Single) => void;
  /** What was kept since the last call, each request once. */
  readonly drain: () => Kept[];
}

/** At most `slowest + random` requests are held; the random ones by Vitter's algorithm R (1985). */
export function createReservoir(slowest: number, random: number, rng: Random): Reservoir {
  let slow: { ms: number; single: Single }[] = [];
  let sample: Single[] = [];
  let seen = 0;
  /** The least that the slowest must beat. */
  let bar = -1;
  return {
    offer: (responseMs, make) => {
      seen++;
      const place = seen <= random ? seen - 1 : Math.floor(rng() * seen);
      const isSlow = slow.length < slowest || responseMs > bar;
      if (place >= random && !isSlow) return;
      const single = make();
      if (place < random) sample[place] = single;
      if (!isSlow) return;
      slow.push({ ms: responseMs, single });
      slow.sort((a, b) => b.ms - a.ms);
      slow.length = Math.min(slow.length, slowest);
      bar = slow.at(-1)?.ms ?? -1;
    },
    drain: () => {
      const random = new Set(sample);
      const kept = [...new Set([...slow.map((it) => it.single), ...sample])].map((it) => ({
        ...it,
        random: random.has(it),
      }));
      slow = [];
      sample = [];
      seen = 0;
      bar = -1;
      return kept;
    },
  };
}
