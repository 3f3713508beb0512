/** A stored baseline made of the values themselves, to go with `sampledEvidence` and `fakeRecord`. */
import type { StoredBaseline, StoredSample, StoredValue } from "../../reports/baseline/format.ts";
import { metricNamed } from "../../runner/record/metrics.ts";

export interface StoredRow {
  readonly values?: readonly StoredValue[];
  readonly reference?: readonly StoredValue[];
  readonly absent?: string;
  /** Instead of the steady phase. */
  readonly fault?: string;
}

/** By metric, measured in the steady phase, or from a fault. */
export function storedWith(
  rows: Readonly<Record<string, StoredRow>>,
  rest: Partial<StoredBaseline> = {},
): StoredBaseline {
  const blocks = Math.max(2, ...Object.values(rows).map((it) => it.values?.length ?? 0));
  return {
    schema: 1,
    scenario: "shop-survives",
    arm: "candidate",
    run: "20261120T0800Z-a1b",
    measuredAt: "2026-11-20T08:00:00.000Z",
    verdict: "pass",
    forced: false,
    versions: { shakedown: "0.1.0", node: "v24.21.0" },
    hash: "hash-of-candidate",
    setup: { load: "load-1", phases: "phases-1", faults: "faults-1", abort: "abort-1", hooks: "hooks-1" },
    reference: Object.values(rows).some((it) => it.reference !== undefined) ? "hash-of-reference" : null,
    environment: {},
    trials: Array.from({ length: blocks }, (_, i) => ({ trial: 2 * i + 1, block: i + 1, outcome: "ok" as const })),
    samples: Object.entries(rows).map(([metric, { values, reference, absent, fault }]): StoredSample => {
      const known = metricNamed(metric);
      return {
        metric,
        ...(fault === undefined ? { phase: "steady" } : { fault }),
        ...(known?.over === "target" ? { target: "shop" } : {}),
        unit: known?.unit ?? "ms",
        ...(values === undefined ? {} : { values: [...values] }),
        ...(reference === undefined ? {} : { reference: [...reference] }),
        ...(absent === undefined ? {} : { absent }),
      };
    }),
    ...rest,
  };
}
