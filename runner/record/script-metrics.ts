/** Names of what a k6 script measures itself: `k6.<metric>.<stat>`. The stat says what kind of metric it must be. */

/** Of a Trend's buckets. */
const bucketStats = ["p50", "p90", "p95", "p99", "max"] as const;
/** Of a Trend; in ms where it is one of times. */
const trendStats = ["avg", ...bucketStats] as const;
/** Of a Counter: in all, and per second. Of a Gauge: the last. Of a Rate, and of `checks`: the share that was true. */
const otherStats = ["count", "per-second", "value", "rate"] as const;

export type ScriptStat = (typeof trendStats)[number] | (typeof otherStats)[number];

interface Asked {
  readonly metric: string;
  readonly stat: ScriptStat;
  /** Null where nobody can know without being told. */
  readonly better: "lower" | "higher" | null;
  /** It is read from buckets, and is as exact as these are narrow. */
  readonly bucketed: boolean;
}

/** What k6 itself measures of requests and virtual users, by the metric that tells it here; "" where none does. */
export const k6sOwn: Readonly<Record<string, string>> = {
  http_reqs: "throughput",
  http_req_failed: "errors.ratio",
  http_req_duration: "service.p95, or latency.p95 with the wait for a connection",
  http_req_blocked: "latency.p95, which has it in it",
  http_req_connecting: "",
  http_req_tls_handshaking: "",
  http_req_sending: "",
  http_req_waiting: "",
  http_req_receiving: "",
  vus: "",
  vus_max: "",
};

const pattern = new RegExp(`^k6\\.([A-Za-z_][A-Za-z0-9_]{0,127})\\.(${[...trendStats, ...otherStats].join("|")})$`);

/** Null for a name that is none of these. */
export function statOf(name: string): Asked | null {
  const [, metric, given] = pattern.exec(name) ?? [];
  if (metric === undefined || given === undefined) return null;
  const stat = given as ScriptStat;
  const isOf = (stats: readonly string[]) => stats.includes(stat);
  const better = isOf(trendStats) ? "lower" : metric === "checks" && stat === "rate" ? "higher" : null;
  return { metric, stat, better, bucketed: isOf(bucketStats) };
}
