/** What an arm measures, as one hash: the same in every clone and for every order in which fields were written. */
import { createHash } from "node:crypto";
import type { AbortRule, FaultSpec, Hook, LoadSpec, Phase, TargetSpec } from "../record/scenario.ts";

/** Paths as written, relative to the scenario file. Never gates, claims, trials or texts: old records can be judged anew. */
export interface Measured {
  readonly targets: readonly TargetSpec[];
  readonly load: LoadSpec;
  readonly phases: readonly Phase[];
  readonly faults: readonly FaultSpec[];
  readonly abort: readonly AbortRule[];
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** sha256, hexadecimal. */
export function armHash(measured: Measured): string {
  const faults = measured.faults.map(({ recovered, ...fault }) => ({
    ...fault,
    recovered: recovered === null ? null : { metric: recovered.metric, max: recovered.max, min: recovered.min },
  }));
  return createHash("sha256")
    .update(canonical({ ...measured, faults }))
    .digest("hex");
}

/** JSON with sorted keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, it: unknown) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
