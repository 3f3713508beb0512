/** Quantiles of response time, p1 to p99.9, of every arm: center over trials with the range over trials. */
import type { Evidence } from "../../evidence/evidence.ts";
import { centerOf, where } from "../centers.ts";
import type { Chart } from "../charts.ts";
import { quantileMs, shownQuantiles } from "../latency.ts";
import { phasesFor } from "../measure.ts";

/** Null when no trial has requests in the judged phases. */
export function quantileChart(evidence: Evidence): Chart | null {
  const arms = evidence.run.scenario.arms.flatMap(({ name: arm }) => {
    const histograms = evidence.trials
      .filter((it) => it.arm === arm && it.outcome === "ok")
      .map(
        (it) =>
          it.requests({ phases: phasesFor(it, where("latency.p50")).map((phase) => phase.name), request: null })
            .latency,
      )
      .filter((it) => it.totalCount > 0);
    if (histograms.length === 0) return [];
    const centers = shownQuantiles.map((q) =>
      centerOf(
        "latency.p50",
        histograms.map((it) => quantileMs(it, q)),
      ),
    );
    return [
      {
        arm,
        center: centers.map((it) => it?.center ?? 0),
        low: centers.map((it) => it?.low ?? 0),
        high: centers.map((it) => it?.high ?? 0),
      },
    ];
  });
  return arms.length === 0
    ? null
    : { kind: "quantiles", title: "Response time, all quantiles", unit: "ms", quantiles: shownQuantiles, arms };
}
