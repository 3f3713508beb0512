/** One fault in one trial: what the journal proves, and what the clients felt. */
import type { JournalLine } from "../../runner/record/events.ts";
import { natureOf, preFaultPhase, recoveredProblem, slowShareOf } from "../../runner/record/recovery.ts";
import type { FaultSpec, Scenario } from "../../runner/record/scenario.ts";
import type { FaultEvidence, PhaseEvidence, TrialEvidence } from "./evidence.ts";
import { ofType } from "./of-type.ts";
import type { Requests } from "./requests.ts";
import { meets, observedWindow, type Recovered, recoveryMs, sums, withinUsual } from "./windows.ts";

interface FaultInput {
  readonly scenario: Scenario;
  readonly events: readonly JournalLine[];
  readonly phases: readonly PhaseEvidence[];
  readonly bins: TrialEvidence["bins"];
  readonly requests: Requests;
}

/** By definition of the p99 that is the threshold, 1 % of the requests are slower: a smaller share is luck. */
const leastUsual = 0.01;

const grades = ["A", "B", "C"] as const;

export function faultsOf(input: FaultInput): FaultEvidence[] {
  const started = input.scenario.faults.filter((it) => input.phases.some((phase) => phase.name === it.phase));
  return started.map((spec) => faultOf(input, spec));
}

function faultOf(input: FaultInput, spec: FaultSpec): FaultEvidence {
  const { scenario, phases } = input;
  const events = input.events.filter((it) => "fault" in it && it.fault === spec.name);
  const of = ofType(events);
  const phase = phases.find((it) => it.name === spec.phase) as PhaseEvidence;
  const requested = requestedWindow(spec, phase);
  const deeds = new Set(of("fault.intent").map((it) => it.instance));
  const acks = of("fault.acknowledged");
  const acked = new Set(acks.map((it) => it.instance));
  const reverts = new Set([...of("fault.reverted"), ...of("fault.released")].map((it) => it.instance));
  const unreverted = of("fault.unreverted")[0] ?? null;
  const landed = acked.size > 0 && [...deeds].every((it) => acked.has(it));
  const reverted = unreverted === null && [...deeds].every((it) => reverts.has(it));
  const acknowledged =
    acks.length === 0
      ? null
      : {
          start: Math.min(...acks.map((it) => it.t)),
          end: reverted ? Math.max(...of("fault.reverted").map((it) => it.t)) : null,
        };
  const base = {
    ...{ name: spec.name, kind: spec.kind, target: spec.target, phase: spec.phase },
    skipped: of("fault.skipped")[0]?.reason ?? null,
    requested,
    acknowledged,
    landed,
    proof: [
      ...acks.map((it) => `${it.evidence.grade}: ${it.evidence.text}`),
      ...of("fault.not-landed").map((it) => `${it.instance}: did not land, ${it.reason}`),
    ],
    grade: grades.findLast((grade) => acks.some((it) => it.evidence.grade === grade)) ?? null,
    reverted,
    unreverted: unreverted === null ? null : `${unreverted.reason}; mend it with: ${unreverted.mend}`,
  };
  const limit = Math.min(
    phases.at(-1)?.end ?? phase.end,
    ...scenario.faults.flatMap((other) => {
      const at = phases.find((it) => it.name === other.phase);
      const start = at ? requestedWindow(other, at).start : Number.NaN;
      return other !== spec && start > requested.start ? [start] : [];
    }),
  );
  const slowUs = of("fault.slow")[0]?.slowUs ?? null;
  return { ...base, ...clientsView({ ...input, spec, phase, limit, slowUs }, base) };
}

const requestedWindow = (spec: FaultSpec, phase: PhaseEvidence) => {
  const start = phase.start + spec.atMs;
  return { start, end: spec.forMs === null ? phase.end : Math.min(phase.end, start + spec.forMs) };
};

type View = Pick<FaultEvidence, "observed" | "exposed" | "recoveryMs" | "censored" | "atLeastMs" | "effectDelayMs">;
type Known = Pick<FaultEvidence, "requested" | "acknowledged" | "landed">;

interface ViewInput extends FaultInput {
  readonly spec: FaultSpec;
  readonly phase: PhaseEvidence;
  /** Start of the next fault, or the end of load; run clock. */
  readonly limit: number;
  readonly slowUs: number | null;
}

function clientsView(input: ViewInput, { requested, acknowledged, landed }: Known): View {
  const { spec, bins, limit } = input;
  const none = { observed: null, exposed: 0, recoveryMs: null, censored: false, atLeastMs: null, effectDelayMs: null };
  if (requested === null || acknowledged === null) return none;
  const zero = input.phases[0]?.start ?? 0;
  const usual = usualShare(input);
  const oneShot = natureOf(spec) === "one-shot";
  const on = { start: acknowledged.start, end: oneShot ? requested.end : (acknowledged.end ?? limit) };
  const exposed = sums(bins, Math.floor((on.start - zero) / bins.every), Math.ceil((on.end - zero) / bins.every)).due;
  const window = observedWindow(bins, usual, { start: requested.start - zero, end: limit - zero });
  const observed = window && { start: window.start + zero, end: window.end + zero };
  const felt = { observed, exposed, effectDelayMs: observed && Math.max(0, observed.start - acknowledged.start) };
  const from = oneShot ? acknowledged.start : acknowledged.end;
  const isRecovered = recoveredBy(input, usual);
  if (!landed || isRecovered === null) return { ...none, ...felt };
  if (from === null) return { ...none, ...felt, censored: true, atLeastMs: Math.max(0, limit - acknowledged.start) };
  // Absorbed: landed, exposed, not felt. Surviving is the wished-for result.
  if (observed === null && exposed > 0) return { ...none, ...felt, recoveryMs: 0 };
  const found = recoveryMs(bins, isRecovered, { from: from - zero, until: limit - zero });
  return found.seen
    ? { ...none, ...felt, recoveryMs: found.ms }
    : { ...none, ...felt, censored: true, atLeastMs: found.ms };
}

/** Null when the bins can't tell: they counted slow answers by another threshold than the condition's. */
function recoveredBy({ spec, slowUs }: ViewInput, usual: number): Recovered | null {
  if (spec.recovered === null) return withinUsual(usual);
  if (recoveredProblem(spec.recovered) !== null) return null;
  const byLatency = slowShareOf(spec.recovered) !== null;
  if (byLatency && slowUs !== Math.round((spec.recovered.max ?? 0) * 1000)) return null;
  return meets(spec.recovered);
}

/** Share of bad requests before the fault: failed, or slower than the threshold that was in force during the fault. */
function usualShare({ scenario, spec, phase, requests, bins, phases, slowUs }: ViewInput): number {
  const calm = preFaultPhase(scenario, spec);
  if (calm === null) {
    const zero = phases[0]?.start ?? 0;
    const from = Math.floor((phase.start - zero) / bins.every);
    const before = sums(bins, from, Math.floor((phase.start + spec.atMs - zero) / bins.every));
    return Math.min(1, leastUsual + (before.due === 0 ? 0 : (before.bad - before.slow) / before.due));
  }
  const { latency, counts, due } = requests.select({ phases: [calm.name], request: null });
  if (due === 0) return leastUsual;
  const failed = due - counts.ok;
  const slower = slowUs === null ? 0 : counts.ok - Math.min(counts.ok, countUpTo(latency, slowUs));
  return Math.min(1, Math.max(leastUsual, (failed + slower) / due));
}

/** Values up to `us`, by bisection over percentiles: the library has no such question. */
function countUpTo(histogram: ReturnType<Requests["select"]>["latency"], us: number): number {
  let low = 0;
  let high = histogram.totalCount;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (histogram.getValueAtPercentile((middle / histogram.totalCount) * 100) <= us * 1.001) low = middle;
    else high = middle - 1;
  }
  return low;
}
