/** One section per question: the answer in words, its charts and tables, and why its gates have their verdicts. */
import type { Section } from "../../analyses/parts.ts";
import type { Finding, Judgement } from "../../verdict/judgement.ts";
import { hasSeveralArms } from "../finding-text.ts";
import type { Svg } from "../svg/element.ts";
import { claimWords, verdictWords, type Word } from "../words.ts";
import { type ArmStyle, armStyles } from "./arms.ts";
import { dotsChart, dotsTable } from "./dots.ts";
import { type ExplainView, explainView } from "./explain.ts";
import { quantilesChart, quantilesTable } from "./quantiles.ts";
import { chanceChart, chanceLead, chanceTable } from "./search/chance.ts";
import { loadChart, loadLead, loadTable } from "./search/load.ts";
import { scalabilityChart, scalabilityLead, scalabilityTable } from "./search/scalability.ts";
import { tablesView } from "./section-tables.ts";
import { shiftChart, shiftLead, shiftTable } from "./shift.ts";
import type { ValueTable } from "./value-table.ts";

interface ChartView {
  readonly title: string;
  readonly lead: string;
  /** Null: no trial gave a value. */
  readonly chart: Svg | null;
  readonly table: ValueTable;
}

interface Known {
  readonly finding: Finding;
  readonly word: Word;
  readonly anchor: string;
}

export function sectionsView(judgement: Judgement) {
  const styles = armStyles(judgement);
  const several = hasSeveralArms(judgement.gates);
  const known: Known[] = [
    ...judgement.gates.map((finding, i) => ({ finding, word: verdictWords[finding.verdict], anchor: `gate-${i + 1}` })),
    ...judgement.claims.map((finding, i) => ({ finding, word: claimWords[finding.claim], anchor: `claim-${i + 1}` })),
  ];
  const told = new Set<Known>();
  const explained = (ids: readonly string[]) =>
    known.filter((it) => ids.includes(it.finding.id) && !told.has(it)).map((it) => explain(it, told, several));
  const sections = judgement.sections.map((section, i) =>
    sectionView(section, `${section.id}-${i + 1}`, explained(section.findings), styles),
  );
  const rest = known.filter((it) => !told.has(it)).map((it) => explain(it, told, several));
  return {
    sections: rest.length === 0 ? sections : [...sections, otherConditions(rest, sections.length > 0)],
    hrefOf: (finding: Finding) => `#${known.find((it) => it.finding === finding)?.anchor ?? "gates"}`,
  };
}

function explain(it: Known, told: Set<Known>, several: boolean): ExplainView {
  told.add(it);
  return explainView(it.anchor, it.finding, it.word, several);
}

function sectionView(section: Section, id: string, findings: readonly ExplainView[], styles: readonly ArmStyle[]) {
  return {
    id,
    question: section.question,
    answer: section.answer,
    charts: section.charts.map((chart, i) => chartView(`${id}-chart-${i + 1}`, chart, styles)),
    tables: tablesView(section),
    findings,
    notes: section.notes,
  };
}

function chartView(id: string, chart: Section["charts"][number], styles: readonly ArmStyle[]): ChartView {
  const { title } = chart;
  switch (chart.kind) {
    case "quantiles": {
      const lead = "line: centre over the trials; band: their range";
      return { title, lead, chart: quantilesChart(id, chart, styles), table: quantilesTable(chart) };
    }
    case "shift":
      return { title, lead: shiftLead(chart), chart: shiftChart(id, chart, styles), table: shiftTable(chart) };
    case "dots": {
      const lead = chart.arms.length > 1 ? "one dot per trial; lines join a block" : "one dot per trial";
      return { title, lead, chart: dotsChart(id, chart, styles), table: dotsTable(chart) };
    }
    case "load":
      return { title, lead: loadLead(chart), chart: loadChart(id, chart), table: loadTable(chart) };
    case "chance":
      return { title, lead: chanceLead(chart), chart: chanceChart(id, chart), table: chanceTable(chart) };
    case "scalability": {
      const lead = scalabilityLead(chart);
      return { title, lead, chart: scalabilityChart(id, chart), table: scalabilityTable(chart) };
    }
  }
}

/** Conditions that no section tells of are explained all the same. */
const otherConditions = (findings: readonly ExplainView[], isRest: boolean): ReturnType<typeof sectionView> => ({
  id: "conditions",
  question: isRest ? "The other conditions" : "Why each gate has its verdict",
  answer: "",
  charts: [],
  tables: tablesView({ tables: [] }),
  findings,
  notes: [],
});
