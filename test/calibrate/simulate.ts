/** Simulated sessions through the very gate of a run: what is decided, and at which look. */
import { steerByLooks } from "../../reports/steer/looks.ts";
import type { Terms } from "../../reports/verdict/inference/comparison.ts";
import { decideFamily } from "../../reports/verdict/inference/family.ts";
import { fixedLevels, type Levels, levelsAt } from "../../reports/verdict/inference/levels.ts";
import { compare, type Pair } from "../../reports/verdict/inference/paired.ts";
import { worstOf } from "../../reports/verdict/order.ts";
import { blockOrder } from "../../runner/orchestrate/schedule.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gaussOf, type Noise } from "./noise.ts";

export interface Cell {
  /** What of a session is asked for. */
  readonly name: string;
  /** Pairs at each look; a single one is no look. */
  readonly looks: readonly [number, ...number[]];
  /** True change of each metric: candidate / baseline - 1. */
  readonly changes: readonly number[];
  /** A share of the baseline. */
  readonly margin: number;
}

/** Of some sessions: how many ended with which verdict, for each look. Sums of tallies are tallies. */
export interface Tally {
  readonly sessions: number;
  readonly pass: readonly number[];
  readonly regressed: readonly number[];
  /** In which the first metric was called regressed. */
  readonly found: number;
}

export const ALPHA = 0.05;
export const ALPHA_FAIL = 0.01;

const value = (it: number) => ({ kind: "value", value: it }) as const;

/**
 * @param from the first session's number: it seeds the session, so that parts of a cell add up to the whole whoever simulates them
 */
export function simulate({ looks, changes, margin }: Cell, noise: Noise, from: number, sessions: number): Tally {
  const most = looks.at(-1) as number;
  const levels = looks.map((done) => levelsOf(looks, done));
  const pass = looks.map(() => 0);
  const regressed = looks.map(() => 0);
  let found = 0;
  for (let session = from; session < from + sessions; session++) {
    const random = seeded(session, noise.name);
    const gauss = gaussOf(random);
    const candidate = blockOrder(["baseline", "candidate"], most, session).flatMap((block) =>
      block.map((arm) => arm === "candidate"),
    );
    const pairs = changes.map((change) => pairsOf(noise.draw(2 * most, candidate, gauss), candidate, change));
    for (const done of looks) {
      const look = looks.indexOf(done);
      const at = levels[look] as Levels;
      const terms: Terms = {
        ...{ scale: "ratio", better: "lower", margin, alpha: at.pass, resolution: 0.001, rounding: 0.001 },
        stream: () => random,
      };
      const family = pairs.map((it) => compare(done === most ? it : it.slice(0, done), terms));
      const decided = decideFamily(family, at).map((it) => it?.verdict ?? "inconclusive");
      const verdict = worstOf(decided);
      if (steerByLooks(looks, done, () => verdict)?.decision !== "stop") continue;
      if (verdict === "pass") pass[look] = (pass[look] as number) + 1;
      if (verdict === "regressed") regressed[look] = (regressed[look] as number) + 1;
      if (decided[0] === "regressed") found++;
      break;
    }
  }
  return { sessions, pass, regressed, found };
}

const levelsOf = (looks: readonly number[], done: number): Levels =>
  looks.length === 1 ? fixedLevels(ALPHA, ALPHA_FAIL) : levelsAt(looks, done, { alpha: ALPHA, alphaFail: ALPHA_FAIL });

function pairsOf(noise: readonly number[], candidate: readonly boolean[], change: number): Pair[] {
  const pairs: Pair[] = [];
  for (let slot = 0; slot < noise.length; slot += 2) {
    const second = candidate[slot] === true ? slot : slot + 1;
    const first = candidate[slot] === true ? slot + 1 : slot;
    pairs.push({
      block: slot / 2 + 1,
      baseline: value(100 * Math.exp(noise[first] as number)),
      candidate: value(100 * (1 + change) * Math.exp(noise[second] as number)),
    });
  }
  return pairs;
}

export const added = (a: Tally, b: Tally): Tally => ({
  sessions: a.sessions + b.sessions,
  pass: a.pass.map((it, i) => it + (b.pass[i] as number)),
  regressed: a.regressed.map((it, i) => it + (b.regressed[i] as number)),
  found: a.found + b.found,
});
