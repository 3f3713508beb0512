/** The slowest requests of each arm in its judged phases: when, how long, who served them, and what happened near them. */
import type { RequestLine } from "../../../runner/record/load-lines.ts";
import type { Evidence, PhaseEvidence, TrialEvidence } from "../../evidence/evidence.ts";
import { where } from "../centers.ts";
import { lacking, phasesFor, targetFor } from "../measure.ts";
import type { SectionTable } from "../section-tables.ts";
import { factsNear } from "./near.ts";

type Table = Extract<SectionTable, { kind: "slowest" }>;
type SlowRequest = Table["arms"][number]["requests"][number];

/** As many as a person reads. */
const shown = 5;
const judged = where("latency.max");

interface Found {
  readonly trial: TrialEvidence;
  readonly phase: PhaseEvidence;
  readonly line: RequestLine;
}

/** Null when no trial told of single requests. */
export function slowestRequests(evidence: Evidence): Table | null {
  const arms = evidence.run.scenario.arms.flatMap(({ name: arm }) => {
    const requests = slowestOf(evidence, arm).map((it) => described(evidence, it));
    return requests.length === 0 ? [] : [{ arm, requests }];
  });
  return arms.length === 0 ? null : { kind: "slowest", arms };
}

/** Of requests under way at the same time only the slowest: one stall is one line. */
function slowestOf(evidence: Evidence, arm: string): Found[] {
  const all = evidence.trials
    .filter((it) => it.arm === arm && it.outcome === "ok" && lacking(it, judged.metric) === null)
    .flatMap((trial) => {
      const phases = new Map(phasesFor(trial, judged).map((it) => [it.name, it]));
      return trial.singles.flatMap((line): Found[] => {
        const phase = phases.get(line.phase);
        return phase === undefined ? [] : [{ trial, phase, line }];
      });
    })
    .sort((a, b) => tookMs(b) - tookMs(a) || a.trial.index - b.trial.index || a.line.due - b.line.due);
  const out: Found[] = [];
  for (const it of all) {
    if (out.length === shown) break;
    if (!out.some((other) => other.trial === it.trial && together(other.line, it.line))) out.push(it);
  }
  return out;
}

const tookMs = ({ line }: Found): number => line.end - line.due;
const together = (a: RequestLine, b: RequestLine): boolean => a.due < b.end && b.due < a.end;

/** As exact as workers tell. */
const toMicros = (ms: number): number => Math.round(ms * 1000) / 1000;

function described(evidence: Evidence, { trial, phase, line }: Found): SlowRequest {
  const zero = trial.loadStart ?? 0;
  const { request, outcome, port } = line;
  const [due, end] = [zero + line.due, zero + line.end];
  const sent = line.sent === null ? null : zero + line.sent;
  const instance = port === null ? null : trial.servedBy(port, sent ?? due);
  return {
    trial: trial.index,
    phase: phase.name,
    atMs: toMicros(due - phase.start),
    request,
    outcome,
    responseMs: toMicros(end - due),
    instance,
    near: factsNear(evidence, trial, targetFor(evidence, trial, judged), { due, sent, end, instance }),
  };
}
