/** What an arm measures, as one hash: the same in every clone and for every order in which fields were written. */
import { hash } from "node:crypto";
import { redactor } from "../record/redact.ts";
import type { AbortRule, FaultSpec, Hook, LoadSpec, Phase, Setup, TargetSpec } from "../record/scenario.ts";

/** Paths as written, relative to the scenario file. Never gates, claims, trials or texts: old records can be judged anew. */
interface Measured {
  readonly targets: readonly TargetSpec[];
  readonly load: LoadSpec;
  readonly phases: readonly Phase[];
  readonly faults: readonly FaultSpec[];
  readonly abort: readonly AbortRule[];
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** sha256, hexadecimal. */
export const armHash = (measured: Measured): string =>
  sha256({ ...measured, faults: measured.faults.map(withoutPlace) });

export function setupOf({ load, phases, faults, abort, before, after }: Omit<Measured, "targets">): Setup {
  const short = (value: unknown): string => sha256(value).slice(0, 12);
  return {
    load: short(redactor([]).json(load)),
    phases: short(phases),
    faults: short(faults.map(withoutPlace)),
    abort: short(abort),
    hooks: short({ before, after }),
  };
}

/** Where the condition of a fault stands in its file is nothing that is measured. */
const withoutPlace = ({ recovered, ...fault }: FaultSpec): unknown => ({
  ...fault,
  recovered: recovered === null ? null : { metric: recovered.metric, max: recovered.max, min: recovered.min },
});

const sha256 = (value: unknown): string => hash("sha256", canonical(value));

/** JSON with sorted keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, it: unknown) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
