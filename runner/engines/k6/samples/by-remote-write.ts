/**
 * Samples by remote write. k6 tells, four times a second and per set of tags, cumulative histograms since it began; what is new in a
 * push are the requests that ended since the one before.
 *
 * A histogram can't say which wait for a connection went with which answer: the two are paired as if independent. `exact` pairs them
 * request by request.
 */
import { messageOf } from "../../../shared/errors.ts";
import type { Env, K6 } from "../find.ts";
import type { Intake, Tags } from "./intake.ts";
import { isOther, shareOf } from "./measured.ts";
import { bucketsOf, difference, type NativeHistogram, valuesOf } from "./native-histogram.ts";
import type { LoadClock, Output, Total } from "./output.ts";
import { startReceiver } from "./receiver.ts";
import type { Series } from "./remote-write.ts";

const pushEveryMs = 250;

/** Trends as native histograms: a feature since 2.1, a setting before. */
const asHistograms = (version: string): Env => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 1)
    ? { K6_FEATURES: "native-histograms" }
    : { K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true" };
};

export async function remoteWrite(k6: K6, intake: Intake, clock: LoadClock): Promise<Output> {
  const stream = createStream(intake);
  let fault: string | null = null;
  const receiver = await startReceiver(
    (series) => stream.push(series, clock.now()),
    (error) => {
      fault ??= messageOf(error);
    },
  );
  return {
    name: "experimental-prometheus-rw",
    env: {
      K6_PROMETHEUS_RW_SERVER_URL: receiver.url,
      K6_PROMETHEUS_RW_PUSH_INTERVAL: `${pushEveryMs}ms`,
      ...asHistograms(k6.version),
      // Its last word: without it, what ends in the millisecond of the last push is never told.
      K6_PROMETHEUS_RW_STALE_MARKERS: "true",
    },
    stdout: null,
    toldUntil: stream.toldUntil,
    users: stream.users,
    conclude: stream.conclude,
    totals: stream.totals,
    missing: () => fault ?? (stream.isWhole() ? null : "its last word is missing"),
    close: receiver.close,
  };
}

interface Stream {
  /** `at`: ms since the load's start. Throws when the push contradicts itself or the ones before. */
  readonly push: (series: readonly Series[], at: number) => void;
  readonly toldUntil: () => number;
  readonly users: () => number;
  /** k6 has told its last: all of its series once more, as they ended. */
  readonly isWhole: () => boolean;
  readonly conclude: Output["conclude"];
  readonly totals: () => Total[];
}

export function createStream(intake: Intake): Stream {
  const histograms = new Map<string, NativeHistogram>();
  const counters = new Map<string, number>();
  /** Every series as it was last told. */
  const last = new Map<string, Total>();
  let told = Number.NEGATIVE_INFINITY;
  let users = 0;
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
    const from = Math.max(told, at - 2 * pushEveryMs, Math.min(at, 0));
    for (const [key, { duration, blocked, counted, labels }] of byTags(all)) {
      if (duration === undefined || blocked === undefined) throw new Error(`k6 told only a part of ${key}`);
      if (counted !== null && counted !== duration.count)
        throw new Error(`k6 counted ${counted} requests, and its histogram holds ${duration.count}: ${key}`);
      const answers = valuesOf(newIn(`duration ${key}`, duration));
      const waits = valuesOf(newIn(`blocked ${key}`, blocked));
      if (answers.length !== waits.length)
        throw new Error(`k6 told ${answers.length} durations and ${waits.length} waits: ${key}`);
      const tags = tagsOf(labels);
      for (const [i, { answer, wait }] of independently(answers, waits).entries())
        intake.request(tags, from + ((i + 0.5) / answers.length) * (at - from), wait * 1000, answer * 1000);
    }
  };

  const measure = ({ labels, samples, histograms: told }: Series, at: number) => {
    const metric = (labels.get("__name__") ?? "").replace(/^k6_/, "");
    const key = `${metric} ${keyOf(labels)}`;
    const histogram = told.at(-1);
    const { value, isStale } = samples.at(-1) ?? nothing;
    if (histogram === undefined && isStale) return;
    const before = last.get(key);
    const total =
      histogram === undefined
        ? { sum: value, last: value, values: null }
        : { sum: histogram.sum, last: 0, values: bucketsOf(histogram) };
    last.set(key, { ...total, metric, tags: labels });
    if (!isOther(metric) || metric.endsWith("_rate")) return;
    const values = histogram === undefined ? null : bucketsOf(newIn(`other ${key}`, histogram));
    const part = { sum: total.sum - (before?.sum ?? 0), last: total.last, values };
    intake.measured(metric, labels.get("scenario") ?? "", at, part);
  };

  /** A rate comes as the share so far and for each set of tags: without their sizes shares can't be added up. */
  const conclude = () => {
    const lacks: Record<string, string> = {};
    const rates = [...last.values()].filter((it) => it.metric.endsWith("_rate") && isOther(it.metric));
    for (const alike of Map.groupBy(rates, (it) => JSON.stringify([it.metric, it.tags.get("scenario")])).values()) {
      const [{ metric, tags, last: share } = { metric: "", tags: new Map<string, string>(), last: 0 }] = alike;
      const scenario = tags.get("scenario") ?? "";
      if (scenario === "") continue;
      if (alike.length === 1 && intake.knowsPhaseOf(scenario))
        intake.measured(metric, scenario, told, shareOf(share, Math.max(1, intake.overIn(scenario))));
      else
        lacks[`k6.${metric.replace(/_rate$/, "")}`] =
          `of ${metric.replace(/_rate$/, "")} k6 told only shares, which can't be added up: add exact: true to the load`;
    }
    return lacks;
  };

  return {
    conclude,
    totals: () => [...last.values()],
    push: (all, at) => {
      requests(all, at);
      for (const { labels, samples, histograms } of all) {
        const { value, isStale } = samples.at(-1) ?? nothing;
        const name = labels.get("__name__") ?? "";
        const what = iterationCounters[name];
        const counted = histograms.at(-1)?.count ?? (isStale ? null : value);
        if (isStale) whole = true;
        else if (name === "k6_vus") users = value;
        if (what !== undefined && counted !== null)
          intake.iterations(what, labels.get("scenario") ?? "", newlyCounted(`${what} ${keyOf(labels)}`, counted), at);
      }
      for (const it of all) measure(it, at);
      told = Math.max(told, at);
    },
    toldUntil: () => told,
    users: () => users,
    isWhole: () => whole,
  };
}

const nothing = { value: Number.NaN, isStale: false };

/** Those that are over by their durations: k6's last word overwrites counters with a mark, and leaves histograms whole. */
const iterationCounters: Readonly<Record<string, Parameters<Intake["iterations"]>[0]>> = {
  k6_dropped_iterations_total: "dropped",
  k6_iteration_duration_seconds: "over",
  k6_shakedown_begun_total: "begun",
};

const tagsOf = (labels: ReadonlyMap<string, string>): Tags => ({
  scenario: labels.get("scenario") ?? "",
  name: labels.get("name") ?? "",
  status: labels.get("status") ?? "",
  errorCode: labels.get("error_code") ?? "",
  proto: labels.get("proto") ?? "",
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
