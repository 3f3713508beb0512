/** Independent samples through the very comparison of a judgement: how often nothing is called worse, and a change at the margin passes. */
import type { Known, Terms } from "../../reports/verdict/inference/comparison.ts";
import { decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels } from "../../reports/verdict/inference/levels.ts";
import { compareSamples } from "../../reports/verdict/inference/unpaired.ts";
import { worstOf } from "../../reports/verdict/order.ts";
import { seeded } from "../../runner/shared/random.ts";
import { type Gauss, gaussOf } from "./noise.ts";
import { ALPHA, ALPHA_FAIL, type Tally } from "./simulate.ts";

export interface SampleCell {
  /** Values of the baseline, and of the candidate. */
  readonly samples: readonly [number, number];
  readonly metrics: number;
  /** Of all metrics: candidate / baseline - 1. */
  readonly change: number;
  readonly margin: number;
}

interface Model {
  readonly name: string;
  readonly means: string;
  /** Logarithm of one value. */
  readonly draw: (candidate: boolean, gauss: Gauss) => number;
}

const SD = 0.02;
const wider = (times: number, it: boolean, { normal }: Gauss): number => (it ? times : 1) * SD * normal();

export const models: readonly Model[] = [
  { name: "alike", means: "normal, both sides alike", draw: (_, gauss) => wider(1, false, gauss) },
  {
    name: "candidate wider",
    means: "normal, the candidate spreads 3 times as wide",
    draw: (it, gauss) => wider(3, it, gauss),
  },
  {
    name: "baseline wider",
    means: "normal, the baseline spreads 3 times as wide",
    draw: (it, gauss) => wider(3, !it, gauss),
  },
  {
    name: "outliers, both",
    means: "2 % of values read more, exponentially with a mean of 8 %",
    draw: (_, gauss) => wider(0.7, true, gauss) + (gauss.uniform() < 0.02 ? -0.08 * Math.log1p(-gauss.uniform()) : 0),
  },
];

const sizes = [
  [2, 20],
  [5, 5],
  [10, 10],
] as const;

export interface SampleQuestion {
  readonly title: string;
  readonly cell: SampleCell;
  readonly rate: (tally: Tally) => number;
  readonly atMost: number;
}

export const sampleQuestions: readonly SampleQuestion[] = [
  ...sizes.map(
    (samples): SampleQuestion => ({
      title: `false regression in 10: ${samples.join(" v ")}`,
      // A margin to hide behind would make false alarms rarer than the test alone does.
      cell: { samples, metrics: 10, change: 0, margin: 1e-9 },
      rate: ({ regressed, sessions }) => (regressed[0] as number) / sessions,
      atMost: ALPHA_FAIL,
    }),
  ),
  ...sizes.map(
    (samples): SampleQuestion => ({
      title: `margin passes: ${samples.join(" v ")}`,
      cell: { samples, metrics: 1, change: 0.05, margin: 0.05 },
      rate: ({ pass, sessions }) => (pass[0] as number) / sessions,
      atMost: ALPHA,
    }),
  ),
];

/** A comparison of them takes several times as long as one of pairs: a quarter of the sessions. */
export const samplesIn = (sessions: number): number => Math.ceil(sessions / 4);

export function simulateSamples(
  { samples, metrics, change, margin }: SampleCell,
  { name, draw }: Model,
  from: number,
  sessions: number,
): Tally {
  const levels = fixedLevels(ALPHA, ALPHA_FAIL);
  let [pass, regressed] = [0, 0];
  for (let session = from; session < from + sessions; session++) {
    const random = seeded(session, `independent ${name}`);
    const gauss = gaussOf(random);
    const terms: Terms = {
      ...{ scale: "ratio", better: "lower", margin, alpha: levels.pass, resolution: 0.001, rounding: 0.001 },
      stream: () => random,
    };
    const drawn = (n: number, candidate: boolean): Known[] =>
      Array.from({ length: n }, () => ({
        kind: "value",
        value: 100 * (candidate ? 1 + change : 1) * Math.exp(draw(candidate, gauss)),
      }));
    const family = Array.from({ length: metrics }, () =>
      compareSamples(drawn(samples[0], false), drawn(samples[1], true), terms),
    );
    const verdict = worstOf(decideFamily(family, levels).map((it) => it?.verdict ?? "inconclusive"));
    if (verdict === "pass") pass++;
    if (verdict === "regressed") regressed++;
  }
  return { sessions, pass: [pass], regressed: [regressed], found: 0 };
}
