/** One arm, one absolute gate each way, no fault: what `shakedown init` leads to. */
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { finding, max } from "./finding.ts";
import { regressed } from "./regressed.ts";
import { timeline } from "./timeline.ts";

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
