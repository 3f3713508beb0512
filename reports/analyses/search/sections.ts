/** The parts of a report that a search has: a section for each goal, for the headroom, and for how throughput scales. */
import { metricNamed } from "../../../runner/record/metrics.ts";
import type { Condition } from "../../../runner/record/scenario.ts";
import { headroomGoal, type SearchSpec } from "../../../runner/record/search.ts";
import { counted, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { chanceAt } from "../../stats/falling.ts";
import { throughputAt } from "../../stats/scalability.ts";
import type { Chart, Marks } from "../charts.ts";
import type { Section } from "../parts.ts";
import { scalarOf } from "../scalars.ts";
import type { Found } from "./found.ts";
import type { Searched } from "./report.ts";
import { answerInWords, foundInWords, loadInWords, shareInWords } from "./words.ts";

/** @param ids of findings by goal */
export function searchSections(
  evidence: Evidence,
  searched: Searched,
  ids: (goal: string) => readonly string[],
): Section[] {
  const { search, found, headroom, law } = searched;
  const several = found.length > 1;
  return [
    ...found.map((it, i) => {
      const conditions = search.goals[i]?.while ?? [];
      const question = several ? `How much is borne: ${it.name}` : "How much is borne";
      return goalSection(evidence, searched, it, conditions, {
        question,
        findings: ids(it.name),
        notes: i === 0 ? proofNotes(searched) : [],
      });
    }),
    ...(headroom === null || search.headroom === null
      ? []
      : [
          goalSection(evidence, searched, headroom, search.headroom.while, {
            question: `How much is borne while ${search.headroom.fault} strikes`,
            findings: ids(headroomGoal),
            notes: headroomNotes(searched, headroom),
          }),
        ]),
    ...(law === null ? [] : [lawSection(law)]),
  ];
}

interface Frame extends Pick<Section, "question" | "findings" | "notes"> {}

function goalSection(
  evidence: Evidence,
  { search, said }: Searched,
  found: Found,
  conditions: readonly Condition[],
  { question, findings, notes }: Frame,
): Section {
  const mute = said.filter((it) => it.mute !== null).length;
  const disturbed = said.filter((it) => it.disturbed !== null && it.good[found.name] !== undefined);
  const irregular = found.answer.bounds.irregular.map((it) => loadInWords(it.value, search.over));
  return {
    id: "capacity",
    question,
    answer: `${foundInWords(found, conditions, search)}.`,
    findings,
    charts: [
      ...(found.trials === 0 ? [] : [chanceChart(found, search)]),
      ...conditions.flatMap((it) => loadChart(evidence, { search, said }, found, it)),
    ],
    tables: [],
    notes: [
      ...notes,
      ...(irregular.length > 0
        ? [
            `Irregular: ${irregular.join(", ")} held although an easier load did not. The easiest load that breaks is the one that counts.`,
          ]
        : []),
      ...(disturbed.length > 0
        ? [
            `${counted(disturbed.length, "trial")} ${disturbed.length === 1 ? "was" : "were"} disturbed, and ${disturbed.filter((it) => it.good[found.name] === false).length} of these did not hold, which is held against nobody: they were made again. The first: ${disturbed[0]?.disturbed}.`,
          ]
        : []),
      ...(mute > 0
        ? [
            `${counted(mute, "trial")} said nothing of the target and ${mute === 1 ? "is" : "are"} left out: ${said.find((it) => it.mute !== null)?.mute?.text}`,
          ]
        : []),
    ],
  };
}

function proofNotes({ search, recoveries, descent, soak }: Searched): string[] {
  const at = (value: number): string => loadInWords(value, search.over);
  const recovered =
    recoveries.trials === 0
      ? []
      : [
          `Recovery: after bad trials ${at(search.from)} was tried ${counted(recoveries.trials, "time")}, and held ${recoveries.bad === 0 ? "each time" : `in ${recoveries.trials - recoveries.bad} of them`}.`,
        ];
  const descended =
    descent === null
      ? []
      : [
          descent.hysteresis === true
            ? `Hysteresis: coming down from an overload of ${at(descent.above)}, ${at(descent.value)} does not hold (${descent.good} of ${counted(descent.trials, "trial")}): once overloaded, the target stays slow.`
            : `Coming down from an overload of ${at(descent.above)}, ${at(descent.value)} held in ${descent.good} of ${counted(descent.trials, "trial")}: ${descent.hysteresis === false ? "no hysteresis was seen" : "too few to tell hysteresis"}.`,
        ];
  const soaked =
    soak === null
      ? []
      : [
          `Soak at ${at(soak.value)}: ${soak.good} of ${counted(soak.windows, "window")} were good (95 % interval of their share ${formatValue(soak.lower, "ratio")} to ${formatValue(soak.upper, "ratio")})${soak.refuted ? `: it does not hold for long in ${shareInWords(search.exceed)}` : ""}.`,
        ];
  return [...recovered, ...descended, ...soaked];
}

function headroomNotes({ search, found }: Searched, headroom: Found): string[] {
  const [first] = found;
  if (first?.value == null || headroom.value === null) return [];
  const share = headroom.value / first.value;
  return [
    headroom.status === "at-least"
      ? `What is borne without the fault, ${loadInWords(first.value, search.over)}, is borne with it.`
      : `That is ${formatValue(share, "ratio")} of what is borne without the fault.`,
  ];
}

const axisTitle = ({ over }: SearchSpec): string => (over.kind === "rate" ? "Rate" : over.path);

function marks(found: Found, { over }: SearchSpec): Marks {
  const { bounds } = found.answer;
  const { value, easiest, hardest } = found;
  const [low, high] = over.harder === "up" ? [easiest, hardest] : [hardest, easiest];
  return {
    lower: bounds.lower?.value ?? null,
    upper: bounds.upper?.value ?? null,
    answer: value === null ? null : { value, low, high, text: answerInWords(found, over) },
  };
}

/** Points of a drawn curve. */
const STEPS = 120;

function chanceChart(found: Found, search: SearchSpec): Chart {
  const { curve, points } = found.answer;
  const sign = search.over.harder === "up" ? 1 : -1;
  const values = points.map((it) => it.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const along = Array.from({ length: STEPS + 1 }, (_, i) => low * (high / low) ** (i / STEPS));
  return {
    kind: "chance",
    title: "Share of good trials",
    axis: { title: axisTitle(search), unit: search.over.unit },
    goal: 1 - search.exceed,
    points: points.map(({ value, good, bad, classified }) => ({ value, good, bad, classified })),
    curve:
      curve === null || !Number.isFinite(curve.slope)
        ? []
        : along.map((value) => ({
            value,
            chance: chanceAt(
              { quantile: sign * Math.log(curve.value), slope: curve.slope },
              1 - search.exceed,
              sign * Math.log(value),
            ),
          })),
    ...marks(found, search),
  };
}

function loadChart(
  evidence: Evidence,
  { search, said }: Pick<Searched, "search" | "said">,
  found: Found,
  condition: Condition,
): Chart[] {
  const metric = metricNamed(condition.metric);
  if (metric === undefined) return [];
  const purposes = found.name === headroomGoal ? ["headroom"] : ["probe", "refine"];
  const trials = said
    .filter((it) => purposes.includes(it.point.purpose) && it.mute === null)
    .flatMap(({ trial, point, good, disturbed }) => {
      const measured = evidence.trials.find((it) => it.index === trial);
      const scalar = measured === undefined ? null : scalarOf(evidence, measured, condition);
      const told = { value: point.value, good: good[found.name] === true, disturbed: disturbed !== null };
      return scalar?.kind === "value" ? [{ ...told, y: scalar.value }] : [];
    });
  if (trials.length === 0) return [];
  return [
    {
      kind: "load",
      title: metric.title,
      unit: metric.unit,
      axis: { title: axisTitle(search), unit: search.over.unit },
      bound: condition.max ?? condition.min,
      trials,
      ...marks(found, search),
    },
  ];
}

function lawSection(law: NonNullable<Searched["law"]>): Section {
  const { alpha, betaInterval, peak, gamma, runs, aicc, farthest } = law;
  const smallest = Math.min(...runs.map((it) => it.n));
  const round = (value: number): string => String(Number(value.toPrecision(3)));
  const answer =
    peak !== null
      ? `Throughput peaks at about ${round(peak.n)} requests at a time (${round(peak.lower)} to ${Number.isFinite(peak.upper) ? round(peak.upper) : "any number"}), and falls beyond it.`
      : alpha > 0
        ? `No peak is proved; by contention alone throughput would level off at ${formatValue(gamma / alpha, "1/s")}.`
        : "Throughput grows with what is in flight as far as was seen.";
  return {
    id: "capacity",
    question: "How does throughput scale with what is in flight",
    answer,
    findings: [],
    charts: [
      {
        kind: "scalability",
        title: "Throughput over requests in flight",
        runs,
        curve: Array.from({ length: STEPS + 1 }, (_, i) => {
          const n = smallest * (farthest / smallest) ** (i / STEPS);
          return { n, throughput: throughputAt(law, n) };
        }),
        peak: peak?.n ?? null,
      },
    ],
    tables: [],
    notes: [
      `Universal scalability law through ${counted(runs.length, "trial")}: contention ${round(alpha)}, coherency ${round(law.beta)} (95 % interval ${round(betaInterval.lower)} to ${round(betaInterval.upper)}, by resampled trials)${peak !== null ? "" : betaInterval.lower > 0 ? "; its peak would lie beyond twice what was seen, and is not claimed" : ", which does not exclude zero: no peak is claimed"}${aicc === null ? "" : `; AICc against a law without coherency ${aicc < 0 ? "−" : "+"}${round(Math.abs(aicc))}`}.`,
    ],
  };
}
