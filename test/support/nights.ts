/** Made histories: a session line for each night, with what its metrics measured. */
import type { HistoryLine, MetricLine, SessionLine } from "../../reports/history/lines.ts";
import { metricNamed } from "../../runner/record/metrics.ts";
import { seeded } from "../../runner/shared/random.ts";
import { gauss } from "./fake-trial.ts";

/** A scenario that made nights are of, and the key of its gate. */
export const scenarioText = (margin = "10%"): string => `
apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: process, command: [node, shop.mjs], ready: { path: / } } }
load: { target: shop, rate: 60/s, requests: [{ name: checkout, get: / }] }
phases: [{ name: steady, for: 1s }]
arms: { baseline: {}, candidate: { targets: { shop: { env: { CACHE: "off" } } } } }
trials: { count: 5, seed: 42 }
gates: [{ metric: latency.p99, margin: ${margin} }]
`;
export const gateKey = "latency.p99 phase=steady";

interface FakeMetric {
  readonly key: string;
  /** Of the candidate that night: a factor to the baseline on the ratio scale, else a difference. */
  readonly value: (night: number) => number;
  /** What the baseline measures, in the unit. */
  readonly level: number;
  /** Trials of the candidate that failed. */
  readonly worst?: (night: number) => number;
}

export interface FakeNights {
  readonly nights: number;
  readonly metrics: readonly FakeMetric[];
  /** Standard deviation between nights: of the log on the ratio scale, else in the unit. */
  readonly noise?: number;
  readonly seed?: number;
  readonly commit?: (night: number) => string | null;
  /** Changes to a line at the very end. */
  readonly line?: (night: number) => Partial<SessionLine>;
}

const dayMs = 86_400_000;
const zero = Date.UTC(2026, 9, 1, 2, 30);

/** As `20261001T023000Z-n001`. */
export const runOfNight = (night: number, kind = "n"): string =>
  `${new Date(zero + night * dayMs).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z-${kind}${String(night).padStart(3, "0")}`;

export const fakeNights = (given: FakeNights): SessionLine[] =>
  Array.from({ length: given.nights }, (_, night) => fakeNight(given, night));

export function fakeNight(given: FakeNights, night: number, kind: SessionLine["type"] = "session"): SessionLine {
  const run = runOfNight(night, kind === "session" ? "n" : "c");
  return {
    v: 1,
    type: kind,
    run,
    at: new Date(zero + night * dayMs).toISOString(),
    seed: kind === "session" ? 42 : 43,
    commit: given.commit?.(night) ?? null,
    dirty: false,
    release: null,
    shakedown: "0.1.0",
    host: { platform: "linux x64", kernel: "6.18.0", cpus: 2, cpuModel: "Imaginary 2000", memory: 24 * 2 ** 30 },
    verdict: "pass",
    report: `../../results/shop/${run}/report.html`,
    arms: ["baseline", "candidate"].map((name) => ({ name, hash: `hash-of-${name}`, setup: "5e70000000a0" })),
    versus: { arm: "baseline", hash: "hash-of-baseline", ref: null },
    metrics: given.metrics.flatMap((it) => metricLines(it, given, night, kind)),
    ...given.line?.(night),
  };
}

function metricLines(fake: FakeMetric, given: FakeNights, night: number, kind: string): MetricLine[] {
  const metric = metricNamed(fake.key.split(" ")[0] as string);
  if (metric === undefined) throw new Error(`no metric is named in ${fake.key}`);
  const random = seeded(given.seed ?? 1, `${fake.key} ${kind} ${night}`);
  const noise = given.noise ?? 0.01;
  const [shared, own] = [gauss(random) * 3 * noise, gauss(random) * noise];
  const ratio = metric.scale === "ratio";
  const baseline = ratio ? fake.level * Math.exp(shared) : fake.level + shared;
  const candidate = ratio ? baseline * fake.value(night) * Math.exp(own) : baseline + fake.value(night) + own;
  const worst = fake.worst?.(night) ?? 0;
  const line = (arm: string, center: number, lost: number): MetricLine => ({
    ...{ key: fake.key, arm, unit: metric.unit, better: metric.better, scale: metric.scale },
    ...{
      center,
      low: center - Math.abs(center) * noise,
      high: center + Math.abs(center) * noise,
      n: 5 - lost,
      worst: lost,
    },
  });
  const estimate = ratio ? Math.log(candidate / baseline) : candidate - baseline;
  return [
    line("baseline", baseline, 0),
    { ...line("candidate", candidate, worst), ratio: { estimate, se: noise / 2, pairs: 5 - worst } },
  ];
}

export const toText = (lines: readonly HistoryLine[]): string => lines.map((it) => `${JSON.stringify(it)}\n`).join("");

/** A factor that moves at a night. */
export const shifted =
  (at: number, by: number, level = 1) =>
  (night: number): number =>
    night < at ? level : level * by;
