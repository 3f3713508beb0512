/** What the study asks: which sessions are simulated, and which rate of theirs is held against what. */
import type { Noise } from "./noise.ts";
import { ALPHA, ALPHA_FAIL, type Cell, type Tally } from "./simulate.ts";

export interface Question {
  readonly cell: Cell;
  /** Over a column of the table. */
  readonly title: string;
  readonly rate: (tally: Tally) => number;
  /** At most a level, up to three Monte Carlo standard errors; or at least a power. */
  readonly aim: { readonly atMost: number } | { readonly atLeast: number };
}

const LOOKS = [6, 10, 16, 24] as const;
/** A margin to hide behind would make false alarms rarer than the test alone does. */
const NONE = 1e-9;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
const one = (change: number): number[] => [change];
const oneOfTen = (change: number): number[] => [change, ...Array<number>(9).fill(0)];

const falseFail = (looks: Cell["looks"]): Question => ({
  cell: { name: `unchanged, ${looks.join(", ")} pairs`, looks, changes: oneOfTen(0), margin: NONE },
  title: looks.length === 1 ? `${looks[0]} pairs` : "looks",
  rate: ({ regressed, sessions }) => sum(regressed) / sessions,
  aim: { atMost: ALPHA_FAIL },
});
const falsePass = (looks: Cell["looks"]): Question => ({
  cell: { name: `at the margin, ${looks.join(", ")} pairs`, looks, changes: one(0.05), margin: 0.05 },
  title: looks.length === 1 ? `${looks[0]} pairs` : "looks",
  rate: ({ pass, sessions }) => sum(pass) / sessions,
  aim: { atMost: ALPHA },
});
const power = (title: string, changes: readonly number[]): Question => ({
  cell: { name: `+5 %, ${title}`, looks: [16], changes, margin: 0.03 },
  title,
  rate: ({ found, sessions }) => found / sessions,
  aim: { atLeast: 0.95 },
});

/** Groups of columns. */
export const questions: readonly { readonly title: string; readonly of: readonly Question[] }[] = [
  {
    title: "any false regression in 10 metrics without a change",
    of: [falseFail([6]), falseFail([10]), falseFail([16]), falseFail(LOOKS)],
  },
  {
    title: "a change as large as the margin passes",
    of: [falsePass([6]), falsePass([10]), falsePass([16]), falsePass(LOOKS)],
  },
  {
    title: "+5 % found by 16 pairs, margin 3 %",
    of: [power("alone", one(0.05)), power("as one of 10", oneOfTen(0.05))],
  },
];

/** Told for normal trials, by look: what stops when. */
export const stops: readonly Cell[] = [
  { name: "10 metrics unchanged, margin 5 %", looks: LOOKS, changes: oneOfTen(0), margin: 0.05 },
  { name: "one of 10 worse by 5 %, margin 3 %", looks: LOOKS, changes: oneOfTen(0.05), margin: 0.03 },
  { name: "one of 10 worse by 10 %, margin 5 %", looks: LOOKS, changes: oneOfTen(0.1), margin: 0.05 },
];

/** Beyond what is promised only the error rates are told. */
export const asks = ({ aim }: Question, noise: Noise): boolean => "atMost" in aim || noise.beyond !== true;

/** A rate that is truly `level` lies below this in all but 1 of 700 studies. */
export const tolerated = (level: number, sessions: number): number =>
  level + 3 * Math.sqrt((level * (1 - level)) / sessions);

/** Null where nothing was promised. */
export function met({ aim, rate }: Question, tally: Tally, noise: Noise): boolean | null {
  const found = rate(tally);
  if (noise.beyond === true) return null;
  return "atLeast" in aim ? found >= aim.atLeast : found <= tolerated(aim.atMost, tally.sessions);
}
