/** The study's result as Markdown, with what was aimed at and missed. */
import { asks, met, type Question, questions, stops, tolerated } from "./cells.ts";
import { models, type SampleCell, type SampleQuestion, sampleQuestions, samplesIn } from "./independent.ts";
import { type Noise, noises, PAIR_SD } from "./noise.ts";
import { ALPHA, ALPHA_FAIL, type Cell, type Tally } from "./simulate.ts";

interface Study {
  readonly at: string;
  readonly sessions: number;
  readonly tally: (cell: Cell | SampleCell, noise: { readonly name: string }) => Tally;
}

const asked = questions.flatMap((it) => it.of);

export function markdown(study: Study): string {
  const missed = misses(study);
  return [
    `# The verdict's error rates, simulated, ${study.at.slice(0, 10)}`,
    "",
    `${study.sessions} sessions a cell, standard deviation of a pair ${100 * PAIR_SD} % in every model, random permuted blocks as in a run,`,
    `the gate's own code at alpha ${ALPHA} to pass and ${ALPHA_FAIL} for all metrics together to fail. Looks: after 6, 10, 16 and 24 pairs.`,
    "",
    `| trials | ${questions.map((it) => it.title + " |".repeat(it.of.length)).join(" ")}`,
    `|---|${asked.map(() => "---:|").join("")}`,
    `| | ${asked.map((it) => it.title).join(" | ")} |`,
    ...noises.map((noise) => `| ${noise.name} | ${asked.map((it) => cellOf(it, study, noise)).join(" | ")} |`),
    "",
    ...noises.map(
      (it) => `- ${it.name}: ${it.means}${it.beyond ? ". Beyond what is promised, and shown for that" : ""}`,
    ),
    "",
    "## Independent samples instead of pairs",
    "",
    `${samplesIn(study.sessions)} sessions a cell; the sizes are those of baseline and candidate.`,
    "",
    `| samples | ${sampleQuestions.map((it) => it.title).join(" | ")} |`,
    `|---|${sampleQuestions.map(() => "---:|").join("")}`,
    ...models.map(
      (model) => `| ${model.name} | ${sampleQuestions.map((it) => sampleCellOf(it, study, model)).join(" | ")} |`,
    ),
    "",
    ...models.map((it) => `- ${it.name}: ${it.means}`),
    "",
    "## What stops when, of normal trials",
    "",
    "| session | ends with | at 6 | at 10 | at 16 | at 24 pairs | in all | mean pairs |",
    "|---|---|---:|---:|---:|---:|---:|---:|",
    ...stops.flatMap((cell) => stopsOf(cell, study.tally(cell, noises[0] as Noise))),
    "",
    "## Aims",
    "",
    `${missed.length === 0 ? "All met" : `${missed.length} missed`}: false regressions at most ${percent(ALPHA_FAIL)}, false passes at most ${percent(ALPHA)}, up to three Monte Carlo`,
    "standard errors; +5 % found in at least 95 % of sessions.",
    ...missed.map((it) => `- **missed**: ${it}`),
    "",
  ].join("\n");
}

export const misses = (study: Study): string[] => [
  ...noises.flatMap((noise) =>
    questions.flatMap((group) =>
      group.of
        .filter((it) => asks(it, noise) && met(it, study.tally(it.cell, noise), noise) === false)
        .map((it) => `${group.title}, ${it.title}, ${noise.name}: ${percent(it.rate(study.tally(it.cell, noise)))}`),
    ),
  ),
  ...models.flatMap((model) =>
    sampleQuestions
      .filter((it) => !sampleMet(it, study, model))
      .map((it) => `${it.title}, ${model.name}: ${percent(it.rate(study.tally(it.cell, model)))}`),
  ),
];

const sampleMet = ({ cell, rate, atMost }: SampleQuestion, study: Study, model: { readonly name: string }): boolean =>
  rate(study.tally(cell, model)) <= tolerated(atMost, samplesIn(study.sessions));

function sampleCellOf(question: SampleQuestion, study: Study, model: { readonly name: string }): string {
  const text = percent(question.rate(study.tally(question.cell, model)));
  return sampleMet(question, study, model) ? text : `**${text}**`;
}

function cellOf(question: Question, study: Study, noise: Noise): string {
  if (!asks(question, noise)) return "–";
  const tally = study.tally(question.cell, noise);
  const text = percent(question.rate(tally));
  return met(question, tally, noise) === false ? `**${text}**` : text;
}

function stopsOf({ name, looks }: Cell, { pass, regressed, sessions }: Tally): string[] {
  const ended = looks.map((_, i) => (pass[i] as number) + (regressed[i] as number));
  const undecided = sessions - ended.reduce((a, b) => a + b, 0);
  const pairs = looks.reduce((sum, done, i) => sum + done * (ended[i] as number), undecided * (looks.at(-1) as number));
  const row = (title: string, word: string, counts: readonly number[], mean: string): string =>
    `| ${[title, word, ...counts.map((it) => percent(it / sessions)), percent(counts.reduce((a, b) => a + b, 0) / sessions), mean].join(" | ")} |`;
  return [row(name, "pass", pass, (pairs / sessions).toFixed(1)), row("", "regressed", regressed, "")];
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
