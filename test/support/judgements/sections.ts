/** Sections of the same run: latency with flows and slowest requests, errors with checks, recovery, and instances. */
import type { Section } from "../../../reports/analyses/parts.ts";
import type { SectionTable } from "../../../reports/analyses/section-tables.ts";
import { dots, quantiles, shift } from "./charts.ts";
import { errors, oom, p50, p99, recovery } from "./gates.ts";

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

export const sections: readonly Section[] = [
  {
    id: "latency",
    question: "Did it get slower?",
    answer: "Yes, in the tail: p99 in steady rose by 135 %, the median stayed.",
    findings: [p99.id, p50.id],
    charts: [dots(p99, "Response time p99 · steady · checkout"), quantiles, shift],
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
    charts: [dots(errors, "Error ratio · steady · checkout")],
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
    charts: [dots(recovery, "Recovery after one-dies"), dots(oom, "Recovery after hungry")],
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
