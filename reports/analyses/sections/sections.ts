/** One section per question: an answer in words, the trials as dots, the quantiles of both arms, what single requests show. */
import { type MetricKind, metricNamed } from "../../../runner/record/metrics.ts";
import { formatValue } from "../../../runner/shared/format.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { scalarsOf, where } from "../centers.ts";
import type { Chart } from "../charts.ts";
import type { Section } from "../parts.ts";
import type { SectionTable } from "../section-tables.ts";
import { answerOf, type FindingLike } from "./answer.ts";
import { failedChecks } from "./failed-checks.ts";
import { flowTable } from "./flows.ts";
import { quantileChart } from "./quantile-chart.ts";
import { quantileShifts } from "./quantile-shift.ts";
import { slowestRequests } from "./slowest.ts";
import { spreadOverInstances } from "./spread.ts";

interface Question {
  readonly id: Section["id"];
  readonly question: string;
  readonly kinds: readonly MetricKind[];
  /** Shown as dots, where there are values; the first one that has any speaks when no condition does. */
  readonly metrics: readonly string[];
}

const questions: readonly Question[] = [
  { id: "latency", question: "Did it get slower?", kinds: ["latency"], metrics: ["latency.p99", "latency.p50"] },
  { id: "errors", question: "Did more requests fail?", kinds: ["errors"], metrics: ["errors.ratio"] },
  { id: "throughput", question: "Did it answer as many?", kinds: ["throughput"], metrics: ["throughput"] },
  { id: "recovery", question: "Did it recover?", kinds: ["recovery"], metrics: ["recovery.time"] },
  { id: "scaling", question: "Were enough instances ready?", kinds: ["scaling"], metrics: ["ready.gap"] },
  {
    id: "memory",
    question: "Did it take more memory?",
    kinds: ["memory", "slope", "count"],
    metrics: ["memory.peak", "memory.limit.share", "memory.slope"],
  },
  {
    id: "gc",
    question: "Did it stop longer for garbage collection?",
    kinds: ["gc"],
    metrics: ["gc.pause.share", "heap.used"],
  },
  { id: "cpu", question: "Did it take more CPU?", kinds: ["cpu", "share"], metrics: ["cpu.per-request"] },
  // Its metrics are those that conditions name.
  { id: "script", question: "What did the load script measure?", kinds: ["script"], metrics: [] },
];

const tables: Partial<Record<Section["id"], readonly ((evidence: Evidence) => SectionTable | null)[]>> = {
  latency: [flowTable, slowestRequests],
  errors: [failedChecks],
  scaling: [spreadOverInstances],
};

/** Sections with something to say: values in some trial, or a condition that was asked. */
export function sections(evidence: Evidence, findings: readonly FindingLike[]): readonly Section[] {
  return questions.flatMap((question) => {
    const own = findings.filter((it) => question.kinds.includes(it.metric.kind));
    const metrics = question.id === "script" ? [...new Set(own.map((it) => it.metric.name))] : question.metrics;
    const dots = metrics.flatMap((metric) => dotsOf(evidence, metric));
    const shown = (tables[question.id] ?? []).flatMap((it) => it(evidence) ?? []);
    if (own.length === 0 && dots.length === 0 && shown.length === 0) return [];
    const quantiles =
      question.id === "latency" ? [quantileChart(evidence) ?? [], quantileShifts(evidence, own)].flat() : [];
    return [
      {
        id: question.id,
        question: question.question,
        answer: answerOf(evidence, metrics, own),
        findings: own.map((it) => it.id),
        charts: [...dots, ...quantiles],
        tables: shown,
        notes: [...(question.id === "latency" ? stepsOf(evidence) : []), ...notesOf(evidence, metrics)],
      },
    ];
  });
}

/** Of a metric over faults one chart for each fault; of ready.gap only when anything was short. */
function dotsOf(evidence: Evidence, metric: string): Chart[] {
  const known = metricNamed(metric);
  if (!known) return [];
  const places =
    known.over === "fault" || known.kind === "scaling"
      ? evidence.run.scenario.faults.map((it) => ({
          title: `${known.title} · ${it.name}`,
          condition: where(metric, { fault: it.name }),
        }))
      : [{ title: known.title, condition: where(metric) }];
  return places.flatMap(({ title, condition }): Chart[] => {
    const arms = evidence.run.scenario.arms.map(({ name: arm }) => ({
      arm,
      values: scalarsOf(evidence, arm, condition).flatMap(({ block, scalar }) =>
        scalar.kind === "value" ? [{ block, value: scalar.value }] : [],
      ),
    }));
    const all = arms.flatMap((it) => it.values.map((point) => point.value));
    if (all.length === 0 || (known.kind === "scaling" && all.every((it) => it === 0))) return [];
    return [{ kind: "dots", title, unit: known.unit, log: known.scale === "ratio" && all.every((it) => it > 0), arms }];
  });
}

/** Where a load tells latencies coarsely, readers know how much. */
function stepsOf({ trials }: Evidence): string[] {
  const width = Math.max(0, ...trials.map((it) => it.declaration?.histogramError ?? 0));
  return width <= 0.01 ? [] : [`the load tells latencies in steps of ${formatValue(width, "ratio")}`];
}

/** Why a metric of the question has no value in some trials, and what its values are to be read with. */
function notesOf(evidence: Evidence, metrics: readonly string[]): string[] {
  const texts = metrics.flatMap((metric) =>
    metricNamed(metric)?.over === "fault"
      ? []
      : evidence.run.scenario.arms.flatMap(({ name }) =>
          scalarsOf(evidence, name, where(metric)).flatMap(({ scalar }) =>
            scalar.kind === "value"
              ? (scalar.warnings ?? []).map(withoutCount)
              : scalar.kind === "absent" && !scalar.reason.startsWith("not applicable")
                ? [`${metric}: ${scalar.reason}`]
                : [],
          ),
        ),
  );
  return [...new Set(texts)];
}

/** One note for all trials: the number of requests differs from trial to trial. */
const withoutCount = (warning: string): string => warning.replace(/ of \d+ requests:/, ":");
