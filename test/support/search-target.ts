/** A search on a target that is only a chance of a good trial: what it tried, and where it ended. */
import type { Said } from "../../reports/analyses/search/said.ts";
import { nextStep } from "../../reports/steer/search/next.ts";
import { headroomGoal, type Point, type SearchSpec, type SearchStep } from "../../runner/record/search.ts";

export const rateSearch = (over: Partial<SearchSpec> = {}): SearchSpec => ({
  over: { kind: "rate", path: "load.rate", unit: "1/s", harder: "up" },
  from: 50,
  to: null,
  width: 0.02,
  exceed: 1 / 7,
  repeat: 7,
  goals: [{ name: "goal", while: [] }],
  trials: 500,
  withinMs: null,
  soakMs: null,
  headroom: null,
  maxInFlight: null,
  ...over,
});

/** A good trial falls from 90 % to 10 % over +-`half` of the logarithm of the load, even at `middle`. */
export const smooth = (middle: number, half: number) => {
  const slope = Math.log(9) / half;
  return {
    chance: (value: number): number => 1 / (1 + Math.exp(slope * Math.log(value / middle))),
    /** The load that is good with this chance. */
    rateAt: (p: number): number => middle * Math.exp(-Math.log(p / (1 - p)) / slope),
  };
};

/** Whether each goal is met in a trial; `mute` says why a trial says nothing; `disturbed`: it is not met while something else had a part in it. */
export type Target = (point: Point, goal: string, trial: number) => boolean | "disturbed" | Said["mute"];

interface Searched {
  readonly said: readonly Said[];
  readonly end: Extract<SearchStep, { kind: "stop" }>;
  /** Of the trials, in order: `probe 50`. */
  readonly tried: readonly string[];
}

const WINDOWS = 10;
/** No search of a test is longer. */
const ENDLESS = 1000;

export function searched(spec: SearchSpec, target: Target, { trialMs = 0, instances = 3 } = {}): Searched {
  const said: Said[] = [];
  while (said.length < ENDLESS) {
    const step = nextStep(spec, { said, elapsedMs: said.length * trialMs, earlier: 0, instances });
    if (step.kind === "stop") {
      return { said, end: step, tried: said.map(({ point }) => `${point.purpose} ${point.value}`) };
    }
    said.push(answered(spec, step.point, said.length + 1, target));
  }
  throw new Error(`a search that does not end: ${JSON.stringify(spec)}`);
}

function answered({ goals }: SearchSpec, point: Point, trial: number, target: Target): Said {
  const names = point.purpose === "headroom" ? [headroomGoal] : goals.map((it) => it.name);
  const answers = names.map((name) => [name, target(point, name, trial)] as const);
  const mute = answers.map(([, it]) => it).find((it) => typeof it === "object") ?? null;
  if (mute !== null) return { trial, point, good: {}, windows: [], mute: mute as Said["mute"], disturbed: null };
  const disturbed = answers.some(([, it]) => it === "disturbed") ? "a neighbour took the CPU" : null;
  const good = Object.fromEntries(answers.map(([name, it]) => [name, it === true]));
  if (point.purpose !== "soak") return { trial, point, good, windows: [], mute: null, disturbed };
  const windows = Array.from({ length: WINDOWS }, () => target(point, names[0] ?? "", trial) === true);
  return {
    trial,
    point,
    good: { ...good, [names[0] ?? ""]: windows.every((it) => it) },
    windows,
    mute: null,
    disturbed: null,
  };
}
