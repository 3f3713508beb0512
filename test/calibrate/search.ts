/** Searches simulated through the very machine of a run: how near they come, how often their interval holds the truth, what they cost. */
import { answerOf, ruleOf } from "../../reports/analyses/search/answer.ts";
import { triedFor } from "../../reports/analyses/search/said.ts";
import { promised } from "../../reports/steer/search/next.ts";
import { seeded } from "../../runner/shared/random.ts";
import { rateSearch, searched, smooth } from "../support/search-target.ts";

export interface Model {
  readonly name: string;
  /** A good trial falls from 90 % to 10 % over +-this much of the logarithm of the rate. */
  readonly half: number;
  /** Share of trials that are bad at any rate. */
  readonly hiccups: number;
  /** Least share of searches that come near; null: shown for what it is. */
  readonly aim: number | null;
}

/** Near: within this of the rate that is good in 6 of 7 trials, but for the hiccups. */
const NEAR = 0.03;

export const models: readonly Model[] = [
  { name: "90 to 10 % over ±1 %", half: 0.01, hiccups: 0, aim: 0.95 },
  { name: "90 to 10 % over ±4 %", half: 0.04, hiccups: 0, aim: 0.95 },
  { name: "the same, every fiftieth trial bad", half: 0.04, hiccups: 0.02, aim: null },
  { name: "90 to 10 % over ±10 %", half: 0.1, hiccups: 0, aim: null },
];

interface SearchTally {
  readonly searches: number;
  readonly near: number;
  /** Whose interval lay wholly above, or below, the truth. */
  readonly above: number;
  readonly below: number;
  /** Quantiles over the searches. */
  readonly trials: { readonly median: number; readonly p95: number };
  readonly widths: { readonly median: number; readonly p95: number };
}

export function simulateSearches({ name, half, hiccups }: Model, searches: number): SearchTally {
  const spec = rateSearch();
  let [near, above, below] = [0, 0, 0];
  const trials: number[] = [];
  const widths: number[] = [];
  for (let seed = 0; seed < searches; seed++) {
    const random = seeded(seed, `search ${name}`);
    const { chance, rateAt } = smooth(300 * Math.exp(random()), half);
    const { said } = searched(spec, ({ value }) => random() < (1 - hiccups) * chance(value));
    const truth = rateAt(1 - spec.exceed);
    const { curve } = answerOf(triedFor("goal", said), ruleOf(spec));
    const [easiest, hardest] = [curve?.easiest ?? 0, curve?.hardest ?? Number.POSITIVE_INFINITY];
    if (Math.abs((promised(spec, said) ?? 0) / truth - 1) <= NEAR) near++;
    if (easiest > truth) above++;
    if (hardest < truth) below++;
    trials.push(said.length);
    widths.push(hardest / Math.max(easiest, Number.MIN_VALUE) - 1);
  }
  return { searches, near, above, below, trials: middleOf(trials), widths: middleOf(widths) };
}

function middleOf(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return { median: at(0.5), p95: at(0.95) };
}

/** Three Monte Carlo standard errors below the aim are no miss. */
export const missed = ({ aim }: Model, { near, searches }: SearchTally): boolean =>
  aim !== null && near / searches < aim - 3 * Math.sqrt((aim * (1 - aim)) / searches);

export function searchMarkdown(rows: readonly { readonly model: Model; readonly tally: SearchTally }[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const cells = ({ model, tally }: (typeof rows)[number]): readonly string[] => [
    model.name,
    `${percent(tally.near / tally.searches)}${model.aim === null ? "" : ` (aim ${percent(model.aim)})`}`,
    percent(1 - (tally.above + tally.below) / tally.searches),
    percent(tally.above / tally.searches),
    percent(tally.below / tally.searches),
    tally.widths.median > 10 ? "unbounded" : percent(tally.widths.median),
    `${tally.trials.median} (${tally.trials.p95})`,
  ];
  const misses = rows.filter((it) => missed(it.model, it.tally)).map((it) => it.model.name);
  return [
    "# Capacity searches, simulated",
    "",
    `${rows[0]?.tally.searches ?? 0} searches a row, from 50/s to a capacity between 300/s and 815/s, width 2 %, exceed ratio 1/7. Near: the answer is within`,
    `${percent(NEAR)} of the rate that is good in 6 of 7 trials. Trials: all of a search, proofs of recovery and the descent included.`,
    "",
    "| chance of a good trial | near | interval holds it | lies above | lies below | its width, median | trials, median (95 %) |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows.map((it) => `| ${cells(it).join(" | ")} |`),
    "",
    misses.length === 0 ? "All aims met." : misses.map((it) => `- **missed**: ${it}`).join("\n"),
    "",
  ].join("\n");
}
