/** Noise of a session's trials as machines make it, on the log scale; every model gives pairs in random order the same standard deviation. */
import type { Random } from "../../runner/shared/random.ts";

export interface Noise {
  readonly name: string;
  readonly means: string;
  /** No error rate is promised under it: shown so that nobody is surprised. */
  readonly beyond?: true;
  /**
   * Logarithms of one metric of one session, a value a slot: trials in the order in which they run.
   *
   * @param candidate whether the slot holds a trial of the candidate
   */
  readonly draw: (slots: number, candidate: readonly boolean[], gauss: Gauss) => readonly number[];
}

export interface Gauss {
  /** Standard normal. */
  readonly normal: () => number;
  readonly uniform: Random;
}

/** Standard deviation of a pair difference, of every model: what the aims are stated for. */
export const PAIR_SD = 0.03;

const DRIFT_SD = 0.03;
const DRIFT_PHI = 0.9;
const FAST_PHI = 0.5;
const RAMP = 0.06;
const SLOT_BIAS = 0.02;
const OUTLIER_SHARE = 0.02;
const OUTLIER_MEAN = 0.08;
/** Log-normal, of the spread of a pair: the middle two thirds lie within a factor of 1.65. */
const UNREST = 0.5;

/** Polar method (Marsaglia and Bray 1964), which gives two at a time. */
export function gaussOf(uniform: Random): Gauss {
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
  return { normal, uniform };
}

/** Of a trial, when the difference of two has what `others` leave of the variance. */
const ownSd = (others: number): number => Math.sqrt((PAIR_SD ** 2 - others) / 2);

function each(slots: number, value: (slot: number) => number): number[] {
  const out: number[] = [];
  for (let slot = 0; slot < slots; slot++) out.push(value(slot));
  return out;
}

const driftOwn = ownSd(2 * DRIFT_SD ** 2 * (1 - DRIFT_PHI));
const slotOwn = ownSd(SLOT_BIAS ** 2);
// Of a value that is exponential with a probability p and else nothing: 2 p m^2 - (p m)^2.
const outlierOwn = ownSd(2 * (2 * OUTLIER_SHARE - OUTLIER_SHARE ** 2) * OUTLIER_MEAN ** 2);
const oneOutlierOwn = ownSd((2 * OUTLIER_SHARE - OUTLIER_SHARE ** 2) * OUTLIER_MEAN ** 2);
const plain = ownSd(0);

export const noises: readonly Noise[] = [
  {
    name: "normal",
    means: "independent normal trials",
    draw: (slots, _, { normal }) => each(slots, () => plain * normal()),
  },
  {
    name: "drift",
    means: `the machine drifts by ${100 * DRIFT_SD} %: AR(1), phi ${DRIFT_PHI} from trial to trial`,
    draw: (slots, _, { normal }) => {
      let level = DRIFT_SD * normal();
      const step = DRIFT_SD * Math.sqrt(1 - DRIFT_PHI ** 2);
      return each(slots, () => {
        level = DRIFT_PHI * level + step * normal();
        return level + driftOwn * normal();
      });
    },
  },
  {
    name: "warm-up ramp",
    means: `a ramp of ${100 * RAMP} % over the session`,
    draw: (slots, _, { normal }) => {
      const slope = RAMP / (slots - 1);
      const own = ownSd(slope ** 2);
      return each(slots, (slot) => RAMP - slope * slot + own * normal());
    },
  },
  {
    name: "slot bias",
    means: `the second trial of each pair reads ${100 * SLOT_BIAS} % more`,
    draw: (slots, _, { normal }) => each(slots, (slot) => (slot % 2) * SLOT_BIAS + slotOwn * normal()),
  },
  {
    name: "outliers",
    means: `${100 * OUTLIER_SHARE} % of trials read more, exponentially with a mean of ${100 * OUTLIER_MEAN} %`,
    draw: (slots, _, { normal, uniform }) =>
      each(
        slots,
        () => outlierOwn * normal() + (uniform() < OUTLIER_SHARE ? -OUTLIER_MEAN * Math.log1p(-uniform()) : 0),
      ),
  },
  {
    name: "unequal pairs",
    means: `each pair has a spread of its own, log-normal with sigma ${UNREST}`,
    draw: (slots, _, { normal }) => {
      let spread = 0;
      return each(slots, (slot) => {
        if (slot % 2 === 0) spread = plain * Math.exp(UNREST * normal() - UNREST ** 2);
        return spread * normal();
      });
    },
  },
  {
    name: "unequal arms",
    means: "the candidate spreads twice as much as the baseline",
    draw: (slots, candidate, { normal }) => {
      const own = PAIR_SD / Math.sqrt(5);
      return each(slots, (slot) => (candidate[slot] === true ? 2 * own : own) * normal());
    },
  },
  {
    name: "fast drift alone",
    means: `nothing but AR(1), phi ${FAST_PHI} from trial to trial: in permuted blocks the differences of neighbours correlate by phi (1 - phi) / 2`,
    beyond: true,
    draw: (slots, _, { normal }) => {
      const sd = PAIR_SD / Math.sqrt(2 * (1 - FAST_PHI));
      const step = sd * Math.sqrt(1 - FAST_PHI ** 2);
      let level = sd * normal();
      return each(slots, () => {
        level = FAST_PHI * level + step * normal();
        return level;
      });
    },
  },
  {
    name: "outliers of one arm",
    means: "the outliers above, of the candidate only and part of its change: a mean of skewed values is told worse",
    beyond: true,
    draw: (slots, candidate, { normal, uniform }) =>
      each(slots, (slot) => {
        const own = oneOutlierOwn * normal();
        if (candidate[slot] !== true) return own;
        return (
          own - OUTLIER_SHARE * OUTLIER_MEAN + (uniform() < OUTLIER_SHARE ? -OUTLIER_MEAN * Math.log1p(-uniform()) : 0)
        );
      }),
  },
];
