/** How long answers took: quantiles, mean and maximum of the merged histogram. */
import type { Histogram } from "hdr-histogram-js";
import { absent, lacking, type Measure, type Measurement, value } from "./measure.ts";

/** Quantiles that a report shows: p1 to p99.9. */
export const shownQuantiles = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;

/** A quantile of a trial is said without a warning when so many requests are expected beyond it (p99: 1 000, p99.9: 10 000 requests). */
export const leastBeyond = 10;

/** ms */
const readings: Readonly<Record<string, (histogram: Histogram) => number>> = {
  max: (it) => it.maxValue / 1000,
  mean: (it) => it.mean / 1000,
};

/** `latency.p99` is read from the response histogram, `service.p99` from that of ok answers since their send. */
export const latency: Measure = (of) => {
  const [prefix, ...rest] = of.condition.metric.split(".");
  const histogram = histogramOf(of, prefix === "service" ? "service" : "latency");
  const what = rest.join(".");
  const lack = lacking(of.trial, of.condition.metric);
  if (lack !== null) return absent(lack);
  if (histogram.totalCount === 0) return absent(requestsOf(of).due > 0 ? noneAnswered(of) : noRequests(of));
  const read = readings[what];
  if (read) return value(read(histogram));
  const percent = Number(what.slice(1));
  const beyond = (1 - percent / 100) * histogram.totalCount;
  const warning = `${what} of ${histogram.totalCount} requests: fewer than ${leastBeyond} are expected beyond it, ${Math.round(leastBeyond / (1 - percent / 100))} requests are needed`;
  return value(quantileMs(histogram, percent / 100), beyond + 1e-9 < leastBeyond && percent > 50 ? [warning] : []);
};

export const quantileMs = (histogram: Histogram, q: number): number => histogram.getValueAtPercentile(q * 100) / 1000;

const requestsOf = ({ trial, phases, condition }: Measurement) =>
  trial.requests({ phases: phases.map((it) => it.name), request: condition.request });

const histogramOf = (of: Measurement, which: "latency" | "service"): Histogram => requestsOf(of)[which];

export const noRequests = ({ condition, phases }: Measurement): string =>
  `no ${condition.request === null ? "request" : `request named ${condition.request}`} in ${phases.map((it) => it.name).join(", ")}`;

/** All of them failed: how long a failure took is no latency. */
const noneAnswered = (of: Measurement): string => `${noRequests(of)} was answered as it should be`;
