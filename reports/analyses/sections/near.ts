/** What happened while a request was under way: plain facts, which say nothing of causes. */
import { natureOf } from "../../../runner/record/recovery.ts";
import { counted, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, Series, Span, TrialEvidence } from "../../evidence/evidence.ts";
import { pausesOf } from "../gc.ts";
import { livesOf, overlap, seriesOf } from "../measure.ts";

/** Run clock, ms. */
interface UnderWay {
  readonly due: number;
  /** Null when it never was on the wire. */
  readonly sent: number | null;
  readonly end: number;
  /** Null when nobody told who served it. */
  readonly instance: string | null;
}

/** Less than this share of the request, or of the time around it, is everyday. */
const worthTelling = 0.1;
/** A service is cold for a while after it got ready. ms */
const coldForMs = 5000;

export function factsNear(evidence: Evidence, trial: TrialEvidence, target: string, it: UnderWay): string[] {
  const { instance } = it;
  return [
    ...sending(it),
    ...(instance === null
      ? []
      : [
          ...collections(trial, target, instance, it),
          ...counters.flatMap((counter) => around(trial, target, instance, it, counter)),
          ...coldStart(trial, target, instance, it),
        ]),
    ...faults(evidence, trial, it),
  ];
}

const spanOf = ({ due, sent, end }: UnderWay): Span => ({ start: sent ?? due, end });

function sending({ due, sent, end }: UnderWay): string[] {
  if (sent === null) return ["it was never sent"];
  return sent - due < worthTelling * (end - due)
    ? []
    : [`it was sent ${formatValue(sent - due, "ms")} after it was due`];
}

function collections(trial: TrialEvidence, target: string, instance: string, it: UnderWay): string[] {
  const stops = pausesOf(trial, target).flatMap((one) => (one.instance === instance ? one.stops : []));
  const ms = stops.reduce((sum, stop) => sum + overlap(stop, spanOf(it)), 0);
  return ms < worthTelling * (it.end - it.due)
    ? []
    : [`garbage collection stopped ${instance} for ${formatValue(ms, "ms")}`];
}

interface Counter {
  readonly metric: string;
  /** Whether so much in so many ms is worth telling. */
  readonly tells: (amount: number, withinMs: number) => boolean;
  readonly words: (instance: string, amount: number) => string;
}

const asTime = (amount: number, withinMs: number): boolean => amount >= worthTelling * withinMs;

const counters: readonly Counter[] = [
  {
    metric: "runqueue.wait",
    tells: asTime,
    words: (instance, ms) => `threads of ${instance} waited ${formatValue(ms, "ms")} for a CPU`,
  },
  {
    metric: "cgroup.throttled.time",
    tells: asTime,
    words: (instance, ms) => `${instance} was throttled for ${formatValue(ms, "ms")}`,
  },
  {
    metric: "faults.major",
    tells: (count) => count > 0,
    words: (instance, count) => `${instance} had ${counted(count, "major page fault")}`,
  },
];

/** Between the last reading before it and the first one after it, both of one process. */
function around(
  trial: TrialEvidence,
  target: string,
  instance: string,
  it: UnderWay,
  { metric, tells, words }: Counter,
): string[] {
  const { start, end } = spanOf(it);
  return seriesOf(trial, metric, target)
    .filter(({ labels }) => labels.instance === instance)
    .flatMap((series) => {
      const from = series.t.findLastIndex((t) => t <= start);
      const to = series.t.findIndex((t) => t >= end);
      if (from < 0 || to < 0) return [];
      const [amount, ms] = [
        valueAt(series.x, to) - valueAt(series.x, from),
        valueAt(series.t, to) - valueAt(series.t, from),
      ];
      return tells(amount, ms) ? [`${words(instance, amount)} within ${formatValue(ms, "ms")} around it`] : [];
    });
}

const valueAt = (column: Series["t"], i: number): number => column[i] ?? 0;

/** Only of one that was started again: at the beginning of a trial all are cold, which the warm-up is for. */
function coldStart(trial: TrialEvidence, target: string, instance: string, it: UnderWay): string[] {
  const { start } = spanOf(it);
  const life = livesOf(trial, target).findLast((one) => one.instance === instance && one.start <= start);
  const again = trial.events.some(
    (event) => event.type === "instance.start" && event.again && event.instance === instance && event.pid === life?.pid,
  );
  const ready = trial.events.findLast(
    (event) => event.type === "instance.ready" && event.instance === instance && event.t <= start,
  );
  if (!again || ready === undefined || ready.t < (life?.start ?? 0) || start - ready.t > coldForMs) return [];
  return [`${instance} had been started again and ready for ${formatValue(start - ready.t, "ms")}`];
}

function faults({ run }: Evidence, trial: TrialEvidence, { due, end }: UnderWay): string[] {
  const during = { start: due, end };
  return trial.faults.flatMap(({ name, observed, acknowledged }) => {
    if (observed !== null && overlap(observed, during) > 0) return [`clients felt ${name}`];
    const spec = run.scenario.faults.find((it) => it.name === name);
    if (acknowledged === null || spec === undefined || natureOf(spec) === "one-shot") return [];
    const on = { start: acknowledged.start, end: acknowledged.end ?? Number.POSITIVE_INFINITY };
    return overlap(on, during) > 0 ? [`${name} was on`] : [];
  });
}
