/** The judgement of a run that regressed, whole: invented but plausible. Renderers are tested with it and with what is made of it. */
import type { TableRow } from "../../../reports/analyses/parts.ts";
import type { Finding, Judgement } from "../../../reports/verdict/judgement.ts";
import { faults } from "./faults.ts";
import { around, finding, max, metric } from "./finding.ts";
import { cpu, errors, oom, p50, p99, recovery, throughput } from "./gates.ts";
import { sections } from "./sections.ts";
import { timeline } from "./timeline.ts";

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

const rowOf = ({ metric, where, trials }: Finding): TableRow => {
  const values = (arm: string) => trials.flatMap((it) => (it.arm === arm ? (it.value ?? []) : []));
  return row(metric.name, where, values("baseline"), values("candidate"));
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
  faults,
  sections,
  timeline,
  table: [
    rowOf(p50),
    rowOf(p99),
    rowOf(errors),
    rowOf(throughput),
    rowOf(cpu),
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
