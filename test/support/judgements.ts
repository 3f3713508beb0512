/** Whole judgements made by hand, invented but plausible: what the renderers are tested with. */
import type { Chart, FaultReport, Section, SectionTable, TableRow, Timeline } from "../../reports/analyses/parts.ts";
import type { Estimate, Finding, Judgement } from "../../reports/verdict/judgement.ts";
import { type Metric, metricNamed } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";

/** Noise in [-1, 1) that is the same on every machine. */
const noise = (seed: number): number => {
  const x = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
  const y = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((y ^ (y >>> 15)) >>> 0) / 2 ** 31 - 1;
};

const metric = (name: string): Metric => {
  const found = metricNamed(name);
  if (!found) throw new Error(`no metric is named ${name}`);
  return found;
};

const condition = (metricName: string, given: Partial<Condition>): Condition => ({
  name: metricName,
  label: null,
  metric: metricName,
  request: null,
  phase: null,
  fault: null,
  target: null,
  arm: null,
  versus: null,
  margin: null,
  max: null,
  min: null,
  advisory: false,
  source: null,
  at: null,
  ...given,
});

const estimate = (value: number, half: number, n = 5): Estimate => ({
  value,
  lower: value - half,
  upper: value + half,
  n,
});

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly where: string;
  readonly metric: string;
  readonly verdict: Finding["verdict"];
  readonly baseline: readonly number[];
  readonly candidate: readonly (number | null)[];
  readonly change: readonly [number, number, number] | null;
  readonly bound: Finding["bound"];
  readonly because: string;
  readonly condition?: Partial<Condition>;
  readonly rest?: Partial<Finding>;
}

const center = (values: readonly (number | null)[]): Estimate | null => {
  const present = values.filter((it) => it !== null);
  if (present.length === 0) return null;
  const mean = present.reduce((a, b) => a + b, 0) / present.length;
  return estimate(mean, (Math.max(...present) - Math.min(...present)) / 2, present.length);
};

export function finding(shape: Shape): Finding {
  const { id, title, where, verdict, bound, because } = shape;
  const known = metric(shape.metric);
  const paired = shape.baseline.length > 0;
  const trials = (arm: string, values: readonly (number | null)[], from: number) =>
    values.map((value, i) => ({
      trial: i * (paired ? 2 : 1) + from,
      block: i + 1,
      arm,
      value,
      worst: value === null,
      note: value === null ? "not recovered within the 15 s that were left" : null,
    }));
  return {
    id,
    title,
    where,
    condition: condition(shape.metric, shape.condition ?? {}),
    metric: known,
    arm: "candidate",
    versus: paired ? "baseline" : null,
    control: paired ? "interleaved" : null,
    verdict,
    advisory: false,
    baseline: center(shape.baseline),
    candidate: center(shape.candidate),
    change: shape.change && {
      scale: known.scale,
      estimate: shape.change[0],
      lower: shape.change[1],
      upper: shape.change[2],
    },
    robust: null,
    bound,
    p: shape.change && paired ? { raw: 0.0011, adjusted: 0.0044 } : null,
    method: paired
      ? "Log-ratio of the trials' values, paired t bounds; the sign-flip test agrees"
      : "One-sided t bounds of the trials' values",
    pairs: Math.max(shape.baseline.length, shape.candidate.length),
    pairsNeeded: null,
    mde: shape.change && paired ? 0.043 : null,
    mdeFail: shape.change && paired ? 0.12 : null,
    a12: shape.change && paired ? 0.96 : null,
    trials: [...trials("baseline", shape.baseline, 1), ...trials("candidate", shape.candidate, paired ? 2 : 1)],
    tags: [],
    warnings: [],
    because,
    wouldChange: "",
    ...shape.rest,
  };
}

const around = (value: number, spread: number, seed: number, n = 5): number[] =>
  Array.from({ length: n }, (_, i) => value * (1 + spread * noise(seed + i)));

const margin = (value: number, relative = true): Finding["bound"] => ({ kind: "margin", value, relative });
const max = (value: number): Finding["bound"] => ({ kind: "max", value, relative: false });

const p99 = finding({
  id: "latency.p99 steady checkout",
  title: "Response time p99",
  where: "steady · checkout",
  metric: "latency.p99",
  verdict: "regressed",
  baseline: around(41.2, 0.08, 1),
  candidate: around(96.9, 0.1, 11),
  change: [1.35, 1.21, 1.5],
  bound: margin(0.25),
  because: "The whole interval is above the margin of 25 %: it is slower in all five pairs.",
  condition: { phase: "steady", request: "checkout", versus: "baseline", margin: { kind: "relative", value: 0.25 } },
  rest: {
    tags: ["beyond margin proven", "relies on normality"],
    a12: 1,
    wouldChange: "A margin above 150 % would let it pass, one above 135 % would leave it undecided.",
  },
});
const recovery = finding({
  id: "recovery.time one-dies",
  title: "Recovery",
  where: "after one-dies",
  metric: "recovery.time",
  verdict: "failed",
  baseline: around(1900, 0.1, 21),
  candidate: [4100, 3800, 4500, 4300, null],
  change: null,
  bound: max(3000),
  because: "Its lower bound, 3.6 s, is above 3 s. One trial did not recover before its end and ranks worst.",
  condition: { fault: "one-dies", max: 3000 },
  rest: {
    versus: null,
    control: null,
    mde: 460,
    mdeFail: 520,
    a12: null,
    warnings: ["one trial is censored: the true value is larger"],
    wouldChange: "A run in which every trial has a value of its own.",
  },
});
const oom = finding({
  id: "recovery.time hungry",
  title: "Recovery",
  where: "after hungry",
  metric: "recovery.time",
  verdict: "inconclusive",
  baseline: [2100, 2400, 1900, 2300, 2350],
  candidate: [2300, 3100, 1750, 2900, 2500],
  change: [310, -190, 820],
  bound: margin(500, false),
  because: "The interval reaches from 0.2 s faster to 0.8 s slower; the margin of 0.5 s is inside it.",
  rest: {
    pairsNeeded: 14,
    mde: 680,
    mdeFail: 1400,
    a12: 0.72,
    wouldChange:
      "About 9 more pairs (14 in all) would be likely to decide it; a margin above 820 ms would let these numbers pass.",
  },
});
const p50 = finding({
  id: "latency.p50 steady checkout",
  title: "Response time p50",
  where: "steady · checkout",
  metric: "latency.p50",
  verdict: "pass",
  baseline: around(12.1, 0.03, 51),
  candidate: around(12.3, 0.03, 61),
  change: [0.016, -0.004, 0.036],
  bound: margin(0.15),
  because: "The whole interval is inside the margin of 15 %.",
  rest: { tags: ["worse within tolerance"], wouldChange: "A margin below 3.6 % would not let it pass." },
});
const errors = finding({
  id: "errors.ratio steady checkout",
  title: "Error ratio",
  where: "steady · checkout",
  metric: "errors.ratio",
  verdict: "pass",
  baseline: [0.0001, 0.0001, 0, 0.0002, 0.0001],
  candidate: [0.0001, 0, 0.0001, 0.0002, 0.0001],
  change: [-0.00001, -0.0002, 0.0003],
  bound: margin(0.001, false),
  because: "The whole interval is inside the margin of 0.1 pp.",
  rest: { mde: 0.0003, mdeFail: 0.0011, a12: 0.46, wouldChange: "A margin below 0.03 pp would not let it pass." },
});
const throughput = finding({
  id: "throughput steady",
  title: "Throughput",
  where: "steady",
  metric: "throughput",
  verdict: "pass",
  baseline: around(299.4, 0.004, 71),
  candidate: around(298.8, 0.004, 81),
  change: [-0.002, -0.006, 0.002],
  bound: margin(0.05),
  because: "The whole interval is inside the margin of 5 %.",
});
const cpu = finding({
  id: "cpu.per-request steady",
  title: "CPU per request",
  where: "steady · shop",
  metric: "cpu.per-request",
  verdict: "pass",
  baseline: around(0.61, 0.03, 91),
  candidate: around(0.58, 0.03, 101),
  change: [-0.049, -0.062, -0.035],
  bound: margin(0.1),
  because: "The whole interval is inside the margin of 10 %; it got better.",
  rest: {
    advisory: true,
    tags: ["improved"],
    a12: 0.08,
    wouldChange: "Other data only: it would pass with any margin.",
  },
});

const dots = (
  title: string,
  unit: Metric["unit"],
  baseline: readonly number[],
  candidate: readonly (number | null)[],
  log = false,
): Chart => {
  const values = (all: readonly (number | null)[]) =>
    all.flatMap((value, i) => (value === null ? [] : [{ block: i + 1, value }]));
  return {
    kind: "dots",
    title,
    unit,
    log,
    arms: [
      { arm: "baseline", values: values(baseline) },
      { arm: "candidate", values: values(candidate) },
    ],
  };
};

const levels = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const baselineQuantiles = [5.1, 6.8, 7.9, 9.8, 12.1, 15.6, 20.9, 26.3, 41.2, 68.4];
const stretch = [1, 1, 1, 1.01, 1.02, 1.15, 1.55, 1.9, 2.35, 2.6];

const quantiles: Chart = {
  kind: "quantiles",
  title: "Every percentile",
  unit: "ms",
  quantiles: levels,
  arms: [
    {
      arm: "baseline",
      center: baselineQuantiles,
      low: baselineQuantiles.map((it) => it * 0.95),
      high: baselineQuantiles.map((it) => it * 1.06),
    },
    {
      arm: "candidate",
      center: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1)),
      low: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1) * 0.92),
      high: baselineQuantiles.map((it, i) => it * (stretch[i] ?? 1) * 1.09),
    },
  ],
};

const shift: Chart = {
  kind: "shift",
  title: "Shift of every quantile · steady · checkout",
  arm: "candidate",
  versus: "baseline",
  pairs: 5,
  points: levels.map((quantile, i) => {
    const estimate = (stretch[i] ?? 1) - 1;
    const half = 0.02 + 0.15 * estimate;
    const change = { scale: "ratio", estimate, lower: estimate - half, upper: estimate + half } as const;
    return { quantile, change, few: quantile === 0.999 };
  }),
};

type Slow = Extract<SectionTable, { kind: "slowest" }>["arms"][number]["requests"][number];
const slow = (it: Partial<Slow> & Pick<Slow, "trial" | "responseMs">): Slow => ({
  ...{ phase: "steady", atMs: 12_340, request: "checkout", outcome: "ok", instance: null, near: [] },
  ...it,
});
const shares = (...values: readonly number[]) =>
  values.map((center, i) => ({ instance: `shop-${i}`, center, low: center - 0.02, high: center + 0.03 }));

type FlowRow = Extract<SectionTable, { kind: "flows" }>["rows"][number];
const flowRow = (name: string, is: FlowRow["is"], p50: number, cut = 0): FlowRow => ({
  ...{ name, is },
  arms: ["baseline", "candidate"].map((arm, i) => ({
    ...{ arm, due: 12_480 + i, cut: cut * (1 + i), p50: p50 + i },
    ...{ p95: p50 * 2.2, p99: i === 1 && is === "step" ? null : p50 * 4, failed: i * 0.0012 },
  })),
});

const sections: readonly Section[] = [
  {
    id: "latency",
    question: "Did it get slower?",
    answer: "Yes, in the tail: p99 in steady rose by 135 %, the median stayed.",
    findings: [p99.id, p50.id],
    charts: [
      dots("Response time p99 · steady · checkout", "ms", around(41.2, 0.08, 1), around(96.9, 0.1, 11)),
      quantiles,
      shift,
    ],
    tables: [
      {
        kind: "flows",
        rows: [flowRow("buy", "flow", 61.4, 14), flowRow("login", "step", 18.2), flowRow("pay", "step", 41.9)],
      },
      {
        kind: "slowest",
        arms: [
          {
            arm: "baseline",
            requests: [
              slow({
                trial: 4,
                responseMs: 214.3,
                instance: "shop-1",
                near: ["threads of shop-1 waited 61 ms for a CPU within 300 ms around it"],
              }),
            ],
          },
          {
            arm: "candidate",
            requests: [
              slow({
                trial: 3,
                responseMs: 1003.2,
                outcome: "timeout",
                near: ["it was sent 412 ms after it was due", "clients felt one-dies"],
              }),
              slow({
                trial: 9,
                responseMs: 402.8,
                instance: "shop-2",
                near: ["garbage collection stopped shop-2 for 351 ms"],
              }),
            ],
          },
        ],
      },
    ],
    notes: ["Response time counts from the moment a request was due, so waiting behind a stall is part of it."],
  },
  {
    id: "errors",
    question: "Did it fail more often?",
    answer: "No.",
    findings: [errors.id],
    charts: [
      dots(
        "Error ratio · steady · checkout",
        "ratio",
        [0.0001, 0.0001, 0, 0.0002, 0.0001],
        [0.0001, 0, 0.0001, 0.0002, 0.0001],
      ),
    ],
    tables: [
      {
        kind: "checks",
        rows: [
          {
            ...{ request: "login", check: "extract token" },
            arms: [
              { arm: "baseline", count: 2, due: 12_480 },
              { arm: "candidate", count: 17, due: 12_481 },
            ],
          },
          {
            ...{ request: "pay", check: "json /user" },
            arms: [
              { arm: "baseline", count: 0, due: 0 },
              { arm: "candidate", count: 1, due: 12_481 },
            ],
          },
        ],
      },
    ],
    notes: [],
  },
  {
    id: "recovery",
    question: "Did it recover?",
    answer: "Yes, 2.2 s later than the baseline; the bound is 3 s.",
    findings: [recovery.id, oom.id],
    charts: [
      dots("Recovery after one-dies", "ms", around(1900, 0.1, 21), [4100, 3800, 4500, 4300, null]),
      dots("Recovery after hungry", "ms", [2100, 2400, 1900, 2300, 2350], [2300, 3100, 1750, 2900, 2500]),
    ],
    tables: [],
    notes: [],
  },
  {
    id: "scaling",
    question: "Were enough instances ready?",
    answer: "Within what is allowed.",
    findings: [],
    charts: [],
    tables: [
      {
        kind: "spread",
        arms: [
          { arm: "baseline", trials: 10, sampled: 1980, instances: shares(0.336, 0.331, 0.333) },
          { arm: "candidate", trials: 10, sampled: 1975, instances: shares(0.412, 0.301, 0.287) },
        ],
      },
    ],
    notes: [],
  },
];

const duration = 78;
const bins = Array.from({ length: duration * 2 }, (_, i) => i / 2);
const bump = (t: number, from: number, rise: number, fall: number): number =>
  t < from ? 0 : t < from + rise ? 1 : Math.exp(-(t - from - rise) / fall);

interface Curve {
  readonly arm: string;
  readonly label?: string;
  readonly dashed?: boolean;
  readonly at: (t: number) => number;
  readonly spread?: number;
}
const line = (
  { arm, label = arm, dashed = false, at, spread = 0 }: Curve,
  seed: number,
): Timeline["panels"][number]["lines"][number] => {
  const value = bins.map((t, i) => at(t) * (1 + (spread / 2) * noise(seed * 1000 + i)));
  return {
    label,
    arm,
    dashed,
    center: value,
    low: spread === 0 ? null : value.map((it) => it * (1 - spread)),
    high: spread === 0 ? null : value.map((it) => it * (1 + spread)),
  };
};

const timeline: Timeline = {
  t: bins,
  phases: [
    { name: "warmup", start: 0, end: 8, warmup: true },
    { name: "steady", start: 8, end: 28, warmup: false },
    { name: "kill", start: 28, end: 38, warmup: false },
    { name: "recovery", start: 38, end: 52, warmup: false },
    { name: "slow", start: 52, end: 64, warmup: false },
    { name: "memory", start: 64, end: 78, warmup: false },
  ],
  faults: [
    { name: "one-dies (pod-kill)", start: 28, end: 28 },
    { name: "slow-db (latency)", start: 54, end: 62 },
    { name: "hungry (memory-pressure)", start: 66, end: 72 },
  ],
  panels: [
    {
      title: "Throughput",
      unit: "1/s",
      lines: [
        line(
          { arm: "baseline", at: (t) => 300 - 90 * bump(t, 28, 0.5, 1) - 60 * bump(t, 68, 0.5, 1), spread: 0.03 },
          1,
        ),
        line(
          { arm: "candidate", at: (t) => 300 - 110 * bump(t, 28, 1, 2) - 70 * bump(t, 68, 1, 1.5), spread: 0.03 },
          2,
        ),
      ],
    },
    {
      title: "Response time",
      unit: "ms",
      lines: [
        line({ arm: "baseline", label: "p50", dashed: true, at: () => 12, spread: 0.05 }, 15),
        line({ arm: "candidate", label: "p50", dashed: true, at: () => 12.3, spread: 0.05 }, 16),
        line(
          {
            arm: "baseline",
            label: "p99",
            at: (t) => 41 + 300 * bump(t, 28, 1, 2) + (t >= 54 && t < 62 ? 210 : 0) + 150 * bump(t, 68, 1, 1),
            spread: 0.12,
          },
          3,
        ),
        line(
          {
            arm: "candidate",
            label: "p99",
            at: (t) => 95 + 420 * bump(t, 28, 2, 3) + (t >= 54 && t < 62 ? 215 : 0) + 240 * bump(t, 68, 2, 1.5),
            spread: 0.14,
          },
          4,
        ),
      ],
    },
    {
      title: "Failed requests",
      unit: "ratio",
      lines: [
        line(
          { arm: "baseline", at: (t) => 0.06 * bump(t, 28, 0.5, 0.7) + 0.04 * bump(t, 68, 0.5, 0.5), spread: 0.2 },
          5,
        ),
        line({ arm: "candidate", at: (t) => 0.09 * bump(t, 28, 1, 1.2) + 0.06 * bump(t, 68, 0.5, 1), spread: 0.2 }, 6),
      ],
    },
    {
      title: "Instances of shop",
      unit: "count",
      lines: [
        line({ arm: "baseline", label: "desired", dashed: true, at: () => 3 }, 7),
        line({ arm: "baseline", label: "ready", at: (t) => ((t >= 28 && t < 30.5) || (t >= 68 && t < 70) ? 2 : 3) }, 8),
        line({ arm: "candidate", label: "desired", dashed: true, at: () => 3 }, 9),
        line(
          { arm: "candidate", label: "ready", at: (t) => ((t >= 28 && t < 32) || (t >= 68 && t < 71.5) ? 2 : 3) },
          10,
        ),
      ],
    },
    {
      title: "Memory of shop",
      unit: "bytes",
      lines: [
        line({ arm: "baseline", label: "used", at: (t) => 9e7 + 4e7 * bump(t, 66, 2, 1), spread: 0.04 }, 11),
        line({ arm: "candidate", label: "used", at: (t) => 1.1e8 + 4e7 * bump(t, 66, 2, 1), spread: 0.05 }, 12),
        line({ arm: "baseline", label: "limit", dashed: true, at: () => 160 * 2 ** 20 }, 17),
        line({ arm: "candidate", label: "limit", dashed: true, at: () => 160 * 2 ** 20 }, 18),
      ],
    },
    {
      title: "GC pause share",
      unit: "ratio",
      lines: [
        line({ arm: "baseline", at: () => 0.021, spread: 0.3 }, 13),
        line({ arm: "candidate", at: (t) => 0.088 + 0.05 * bump(t, 66, 1, 2), spread: 0.25 }, 14),
      ],
    },
  ],
};

const fault = (
  name: string,
  kind: string,
  target: string,
  phase: string,
  windows: readonly (readonly [number, number] | null)[],
  recoveries: readonly (number | null)[],
): FaultReport => {
  const [requested = null, acknowledged = null, observed = null] = windows.map(
    (it) => it && { start: it[0], end: it[1] },
  );
  return {
    name,
    kind,
    target,
    phase,
    grade: "A",
    arms: ["baseline", "candidate"].map((arm, i) => ({
      arm,
      trials: 5,
      landed: 5,
      felt: i === 0 && name === "hungry" ? 4 : 5,
      absorbed: i === 0 && name === "hungry" ? 1 : 0,
      skipped: 0,
      reverted: 5,
      requested,
      acknowledged,
      observed: observed && { start: observed.start, end: observed.start + (observed.end - observed.start) * (1 + i) },
      recoveryMs: { median: recoveries[i] ?? null, censored: name === "one-dies" && i === 1 ? 1 : 0 },
    })),
    proofs: [`A: ${kind} seen at the mechanism in 10 of 10 trials`],
  };
};

const row = (
  name: string,
  where: string,
  baseline: readonly number[],
  candidate: readonly number[] | null,
): TableRow => {
  const { title, unit } = metric(name);
  const cell = (arm: string, values: readonly number[] | null) => ({
    arm,
    center: values && values.reduce((a, b) => a + b, 0) / values.length,
    low: values && Math.min(...values),
    high: values && Math.max(...values),
    n: values?.length ?? 0,
    absent: values ? null : "GC was not sampled: the process is not Node",
  });
  return { metric: name, title, where, unit, cells: [cell("baseline", baseline), cell("candidate", candidate)] };
};

/** Five pairs, three faults, a planted regression that one gate finds. */
export const regressed: Judgement = {
  schema: 1,
  run: {
    id: "20261121T0912Z-k3f",
    scenario: "shop-survives-a-kill",
    description:
      "Three instances at 300 requests a second; one dies, the way to the database slows, memory runs short.",
    startedAt: "2026-11-21T09:12:44.120Z",
    durationMs: 272_000,
    seed: 42,
    status: "completed",
    statusReason: null,
    arms: ["baseline", "candidate"],
    blocks: { planned: 5, done: 5 },
    postHoc: false,
    shakedown: "0.1.0",
  },
  verdict: "regressed",
  headline: "p99 in steady rose by 135 %, and recovery takes 4.2 s instead of 1.9 s.",
  reasons: [
    "Response time p99 in steady rose by 135 % (121 % to 150 %); the margin is 25 %.",
    "Recovery after one-dies takes 4.2 s (3.8 s to 4.5 s); 3 s are allowed.",
  ],
  gates: [p99, recovery, oom, p50, errors, throughput, cpu],
  claims: [
    {
      ...finding({
        id: "claim latency.p99 kill",
        title: "Response time p99",
        where: "kill · checkout",
        metric: "latency.p99",
        verdict: "pass",
        baseline: [],
        candidate: around(420, 0.1, 111),
        change: null,
        bound: max(500),
        because: "The upper bound is inside 500 ms.",
      }),
      claim: "supported",
      source: "001-14",
    },
  ],
  against: null,
  trust: [
    { status: "ok", title: "Load", text: "299.8 of 300 requests/s sent, 0 dropped, sent 0.4 ms late at p99" },
    {
      status: "ok",
      title: "Generator",
      text: "CPU 22 % of a core (limit 80 %), loop delay 1.1 ms at p99 (limit 50 ms), send-time error 0.21 ms at the median, 0.4 ms at p99 (limit 50 ms), 41 of 1024 descriptors open (limit 90 %), in the worst trial",
    },
    { status: "ok", title: "Faults", text: "30 of 30 landed, 29 felt, 30 reverted" },
    { status: "ok", title: "Order", text: "pairs in random order, no drift between first and last (p = 0.4)" },
    { status: "warning", title: "Host", text: "CPU pressure 6 % in 2 of 10 trials (limit 10 %)" },
  ],
  faults: [
    fault(
      "one-dies",
      "pod-kill",
      "shop",
      "kill",
      [
        [0, 20],
        [12, 40],
        [180, 2100],
      ],
      [1900, 4200],
    ),
    fault(
      "slow-db",
      "latency",
      "db",
      "slow",
      [
        [2000, 10_000],
        [2004, 10_006],
        [2050, 10_300],
      ],
      [300, 420],
    ),
    fault(
      "hungry",
      "memory-pressure",
      "shop",
      "memory",
      [
        [2000, 8000],
        [2300, 6400],
        [4100, 5900],
      ],
      [2200, 2500],
    ),
  ],
  sections,
  timeline,
  table: [
    row("latency.p50", "steady · checkout", around(12.1, 0.03, 51), around(12.3, 0.03, 61)),
    row("latency.p99", "steady · checkout", around(41.2, 0.08, 1), around(96.9, 0.1, 11)),
    row("errors.ratio", "steady · checkout", [0.0001, 0.0001, 0, 0.0002, 0.0001], [0.0001, 0, 0.0001, 0.0002, 0.0001]),
    row("throughput", "steady", around(299.4, 0.004, 71), around(298.8, 0.004, 81)),
    row("cpu.per-request", "steady · shop", around(0.61, 0.03, 91), around(0.58, 0.03, 101)),
    row("memory.peak", "steady · shop", around(9.4e7, 0.02, 121), around(1.14e8, 0.02, 131)),
    row("gc.pause.share", "steady · shop", around(0.021, 0.05, 141), null),
    row("oom.kills", "memory · shop", [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]),
  ],
  environment: [
    { name: "CPU", value: "2 cores, x86-64", differs: null },
    { name: "Memory", value: "24 GiB", differs: null },
    { name: "Kernel", value: "Linux 6.18", differs: null },
    { name: "Node", value: "24.21.0", differs: null },
    { name: "CACHE", value: "on", differs: "candidate: off" },
  ],
  reproduce: {
    commands: ["git checkout 3fc91d2", "shakedown run scenarios/shop.yaml --seed 42 --trials 5"],
    source: "apiVersion: shakedown/v1\nname: shop-survives-a-kill\nload: { target: shop, rate: 300/s }\n",
  },
  errorRate: "Proven at 0.05 to pass and 0.01 (Holm over 6 gates) to fail.",
  falseAlarms: {
    promised: 0.01,
    measured: { sessions: 24, falseAlarms: 0, interval: { lower: 0, upper: 0.142 }, relabelled: 0.004 },
    text: "The method promises a false regression in at most 1 % of runs. Measured: 0 false alarms in 24 A/A sessions here (0 %, 95 % interval 0 % to 14.2 %).",
  },
  how: [
    {
      term: "What is counted",
      text: "A trial starts everything anew, goes through all phases once and gives one value for each gate. Trials are counted, here 5 pairs of them. Requests never are: those of one trial share its luck.",
    },
    {
      term: "In which order",
      text: "In every pair one trial of each arm ran after the other, in an order drawn at random (seed 42), so that a machine that gets slower meets all of them alike.",
    },
    { term: "To pass", text: "A gate passes when its one-sided 95 % bound is inside the margin." },
    { term: "To stop", text: "Any false regression among 5 compared gates: at most 1 % of runs (Holm)." },
  ],
  next: "shakedown run scenarios/shop.yaml --resume 20261121T0912Z-k3f --trials 14",
};

/** One arm, one absolute gate each way, no fault: what `shakedown init` leads to. */
export const singleArm: Judgement = {
  ...regressed,
  run: {
    ...regressed.run,
    scenario: "first",
    description: "",
    arms: ["baseline"],
    blocks: { planned: 1, done: 1 },
    durationMs: 31_000,
  },
  verdict: "pass",
  headline: "All gates pass.",
  reasons: [],
  gates: [
    finding({
      id: "latency.p99",
      title: "Response time p99",
      where: "steady",
      metric: "latency.p99",
      verdict: "pass",
      baseline: [],
      candidate: [18.4],
      change: null,
      bound: max(250),
      because: "18.4 ms is inside 250 ms. One trial has no error rate.",
      rest: { arm: "baseline", tags: ["one trial, no error rate"] },
    }),
  ],
  claims: [],
  faults: [],
  sections: [],
  timeline: {
    ...timeline,
    faults: [],
    panels: timeline.panels.slice(0, 3).map((it) => ({ ...it, lines: it.lines.slice(0, 1) })),
  },
  table: regressed.table.slice(0, 4).map((it) => ({
    ...it,
    cells: it.cells.slice(0, 1).map((cell) => ({ ...cell, low: cell.center, high: cell.center, n: 1 })),
  })),
  errorRate: "One trial: a point verdict without an error rate.",
  falseAlarms: {
    promised: null,
    measured: null,
    text: "No gate compares two arms: nothing can be a false regression.",
  },
  how: [{ term: "Bounds", text: "1 bound judged by a single trial: no error rate is known." }],
  next: null,
};

/** The candidate alone, against a session that nothing ties to it: made on an older kernel. */
export const stored: Judgement = {
  ...regressed,
  run: { ...regressed.run, arms: ["candidate"] },
  verdict: "inconclusive",
  headline: "Nothing is proved worse, but 1 gate is undecided: Response time p99 of checkout in steady rose by 135 %.",
  reasons: [],
  gates: [
    {
      ...p99,
      verdict: "inconclusive",
      control: "unbridged",
      mde: null,
      mdeFail: null,
      a12: null,
      wouldChange: "Not more of the same: what is said above has to be mended first.",
      p: null,
      method: "one-sided Welch bounds of logarithms on 5 and 5 trials, now and then, rank-sum test as companion",
      tags: ["drift not controlled"],
      trials: p99.trials.map((it) => (it.arm === "baseline" ? { ...it, note: "stored" } : it)),
      because:
        "Compared with what run 20261114T0810Z-a1b measured on 2026-11-14, not with a baseline that ran beside it. The machine may have changed in between.",
    },
    { ...recovery, verdict: "pass", because: "The upper bound is inside 3 s." },
  ],
  claims: [],
  against: {
    run: "20261114T0810Z-a1b",
    arm: "candidate",
    measuredAt: "2026-11-14T08:10:02.000Z",
    trials: 5,
    bridged: false,
  },
  trust: [
    {
      status: "warning",
      title: "Baseline",
      text: "candidate of run 20261114T0810Z-a1b, measured on 2026-11-14 (5 trials, shakedown 0.1.0); nothing ran in both sessions, so drift between them is not controlled; Kernel was Linux 6.17, is Linux 6.18",
    },
    ...regressed.trust,
  ],
  environment: regressed.environment.map((it) =>
    it.name === "Kernel" ? { ...it, differs: "baseline: Linux 6.17" } : { ...it, differs: null },
  ),
  falseAlarms: {
    promised: null,
    measured: null,
    text: "Nothing ties the two sessions that are compared together: nothing is called a regression, rightly or wrongly.",
  },
  errorRate:
    "1 gate is compared with another session and nothing ties the two together: drift between the sessions is not controlled, no error rate is known, and the verdict on it is inconclusive.",
  next: null,
};

const generatorWorker = {
  ...{ worker: 0, cpu: 0.41, loopP99: 12, lagP50: 0.2, lagP99: 1.8 },
  ...{ inFlight: 38, connections: 40, descriptors: 71, descriptorLimit: 1024, rss: 96e6 },
};

/** The generator could not keep up. */
export const invalid: Judgement = {
  ...regressed,
  verdict: "invalid",
  headline: "The load generator was too busy to be believed.",
  reasons: ["Its loop lagged 48 ms at p99 in 4 of 10 trials."],
  gates: [
    { ...p99, verdict: "invalid", because: "The generator lagged by more than it measures." },
    {
      ...errors,
      verdict: "inconclusive",
      candidate: null,
      change: null,
      trials: [],
      because: "No trial gave a value.",
    },
  ],
  trust: [
    {
      status: "invalid",
      title: "Generator",
      text: "the load generator could not keep up: CPU 97 % of a core (limit 80 %) in worker 1 of trial 3; add a worker (load.workers: 3), or lower the rate; loop delay 48 ms at p99 (limit 50 ms)",
      workers: [generatorWorker, { ...generatorWorker, worker: 1, cpu: 0.97, loopP99: 48, lagP50: null, lagP99: null }],
    },
    {
      status: "warning",
      title: "Connections",
      text: "some failed for how the service speaks: its certificate has expired, or the one that signed it (212 times in 3 of 10 trials)",
    },
    { status: "warning", title: "Host", text: "CPU pressure 31 % in 9 of 10 trials (limit 10 %)" },
  ],
};

/** Ctrl-C before the first trial began: nothing is known. */
export const interrupted: Judgement = {
  ...regressed,
  run: {
    ...regressed.run,
    status: "interrupted",
    statusReason: "Ctrl-C",
    blocks: { planned: 5, done: 0 },
    durationMs: 700,
  },
  verdict: "inconclusive",
  headline: "The run ended before its first trial did.",
  reasons: [],
  gates: [],
  claims: [],
  trust: [],
  faults: [],
  sections: [],
  timeline: null,
  table: [],
  environment: [],
  reproduce: { commands: [], source: "" },
  errorRate: "",
  how: [],
  next: null,
};

/** What a scenario's author may write anywhere: markup, templates, section ends, quotes, direction marks, controls, one endless word. */
export const hostileText = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "{{header.title}}{{{css}}}",
  "]]>",
  "</style>",
  "\"'`&amp;",
  "\u202Eevil\u202C\u200F",
  "\u0000\u0007\u001B[31m",
  "\uD800",
  `W${"w".repeat(180)}`,
].join(" ");

/** Every string of a value replaced, but those that are keys of a table or of an enumeration. */
function poisoned(value: unknown, key = ""): unknown {
  const kept = ["verdict", "claim", "status", "kind", "unit", "scale", "better", "id", "grade"];
  if (typeof value === "string")
    return kept.includes(key) ? value : ["arm", "versus", "question"].includes(key) ? hostileText + value : hostileText;
  if (Array.isArray(value))
    return value.map((it) =>
      typeof it === "string" ? (key === "arms" ? hostileText + it : hostileText) : poisoned(it, key),
    );
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, poisoned(it, name)]));
}

export const hostile = poisoned(regressed) as Judgement;
