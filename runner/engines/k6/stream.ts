/**
 * From pushes to requests. k6 tells, four times a second and per set of tags, cumulative histograms since it began; what is new in a
 * push are the requests that ended since the one before.
 *
 * A histogram can't say which wait for a connection went with which answer: the two are paired as if independent. `exact` pairs them
 * request by request.
 */
import type { Outcome } from "../../record/load-lines.ts";
import { difference, type NativeHistogram, valuesOf } from "./native-histogram.ts";
import { outcomeOf, wasSent } from "./outcome.ts";
import type { Series } from "./remote-write.ts";
import type { Tally } from "./tally.ts";

export const pushEveryMs = 250;

export interface Stream {
  /** `at`: ms since the load's start. Throws when the push contradicts itself or the ones before. */
  readonly push: (series: readonly Series[], at: number) => void;
  /** Until when everything has been told, ms since the load's start. */
  readonly toldUntil: () => number;
  /** Virtual users at work, as k6 last said. */
  readonly users: () => number;
  readonly droppedIterations: () => number;
  /** k6 has told its last: all of its series once more, as they ended. */
  readonly isWhole: () => boolean;
}

/** A request of one set of tags; `scenario` is the k6 scenario's name. */
export interface Tags {
  readonly scenario: string;
  readonly request: string;
  readonly outcome: Outcome;
}

export function createStream(
  tally: Tally,
  /** The phase of a sample; null: it is not of the load (setup, teardown). */
  phaseOf: (tags: Pick<Tags, "scenario">, atMs: number) => string | null,
  /** The name of a request that was never sent. */
  unsent: () => string,
): Stream {
  const histograms = new Map<string, NativeHistogram>();
  const counters = new Map<string, number>();
  let told = Number.NEGATIVE_INFINITY;
  let users = 0;
  let dropped = 0;
  let whole = false;

  const newIn = (key: string, now: NativeHistogram): NativeHistogram => {
    const more = difference(now, histograms.get(key));
    histograms.set(key, now);
    return more;
  };
  const newlyCounted = (key: string, now: number): number => {
    const more = now - (counters.get(key) ?? 0);
    if (more < 0) throw new Error(`k6 counts backwards: ${key}`);
    counters.set(key, now);
    return more;
  };

  const requests = (all: readonly Series[], at: number) => {
    const from = Math.max(told, at - 2 * pushEveryMs);
    for (const [key, { duration, blocked, counted, labels }] of byTags(all)) {
      if (duration === undefined || blocked === undefined) throw new Error(`k6 told only a part of ${key}`);
      if (counted !== null && counted !== duration.count)
        throw new Error(`k6 counted ${counted} requests, and its histogram holds ${duration.count}: ${key}`);
      const tags = tagsOf(labels);
      const answers = valuesOf(newIn(`duration ${key}`, duration));
      const waits = valuesOf(newIn(`blocked ${key}`, blocked));
      if (answers.length !== waits.length)
        throw new Error(`k6 told ${answers.length} durations and ${waits.length} waits: ${key}`);
      for (const [i, { answer, wait }] of independently(answers, waits).entries()) {
        const endMs = from + ((i + 0.5) / answers.length) * (at - from);
        const phase = phaseOf(tags, endMs);
        if (phase === null) continue;
        const responseMs = (answer + wait) * 1000;
        const serviceMs = wasSent(tags.outcome) ? answer * 1000 : null;
        tally.finished({ ...tags, phase, endMs, responseMs, serviceMs });
      }
    }
  };

  return {
    push: (all, at) => {
      requests(all, at);
      for (const { labels, samples } of all) {
        const { value, isStale } = samples.at(-1) ?? nothing;
        if (isStale) whole = true;
        else if (labels.get("__name__") === "k6_vus") users = value;
        else if (labels.get("__name__") === "k6_dropped_iterations_total") {
          const scenario = labels.get("scenario") ?? "";
          const more = newlyCounted(`dropped ${keyOf(labels)}`, value);
          const phase = phaseOf({ scenario }, at);
          dropped += more;
          for (let i = 0; i < more && phase !== null; i++)
            tally.untimed({ phase, request: unsent(), outcome: "dropped", endMs: at }, 1);
        }
      }
      told = Math.max(told, at);
    },
    toldUntil: () => told,
    users: () => users,
    droppedIterations: () => dropped,
    isWhole: () => whole,
  };
}

const nothing = { value: Number.NaN, isStale: false };

const tagsOf = (labels: ReadonlyMap<string, string>): Tags => ({
  scenario: labels.get("scenario") ?? "",
  request: labels.get("name") ?? "",
  outcome: outcomeOf(labels.get("status") ?? "", labels.get("error_code") ?? ""),
});

const keyOf = (labels: ReadonlyMap<string, string>): string =>
  JSON.stringify([...labels].filter(([name]) => name !== "__name__"));

interface Parts {
  readonly labels: ReadonlyMap<string, string>;
  duration?: NativeHistogram;
  blocked?: NativeHistogram;
  /** Null in k6's last word, which overwrites it with a mark. */
  counted: number | null;
}

/** k6 makes all samples of a request at one time and with the same tags: they come in one push. */
function byTags(all: readonly Series[]): Map<string, Parts> {
  const parts = new Map<string, Parts>();
  for (const { labels, samples, histograms } of all) {
    const name = labels.get("__name__");
    if (
      name !== "k6_http_req_duration_seconds" &&
      name !== "k6_http_req_blocked_seconds" &&
      name !== "k6_http_reqs_total"
    )
      continue;
    const key = keyOf(labels);
    const it = parts.get(key) ?? { labels, counted: null };
    parts.set(key, it);
    const histogram = histograms.at(-1);
    const { value, isStale } = samples.at(-1) ?? nothing;
    if (name === "k6_http_reqs_total") it.counted = isStale ? null : value;
    else if (histogram !== undefined) it[name === "k6_http_req_duration_seconds" ? "duration" : "blocked"] = histogram;
  }
  return parts;
}

/** Fractional parts of multiples of the golden ratio fill the unit interval evenly, and follow no other order. */
const golden = (Math.sqrt(5) - 1) / 2;

/** Pairs the values of two ascending lists of the same length so that one says nothing of the other; always in the same way. */
export function independently(
  answers: Float64Array,
  waits: Float64Array,
): { readonly answer: number; readonly wait: number }[] {
  const order = Array.from(answers, (_, i) => ({ i, at: (i * golden) % 1 })).sort((a, b) => a.at - b.at);
  return order.map(({ i }, rank) => ({ answer: answers[i] as number, wait: waits[rank] as number }));
}
