/** Did the faults happen, and are they gone? */
import type { Evidence } from "../../evidence/evidence.ts";
import type { Check } from "../parts.ts";

export function faultCheck({ run, trials }: Evidence): Check[] {
  const faults = trials
    .filter((it) => it.outcome === "ok")
    .flatMap((trial) => trial.faults.map((fault) => ({ trial, fault })));
  const stuck = trials.flatMap((trial) =>
    trial.faults.filter((it) => it.unreverted !== null).map((fault) => ({ trial, fault })),
  );
  if (run.scenario.faults.length === 0) return [];
  if (stuck.length > 0)
    return [
      {
        status: "invalid",
        title: "Faults",
        text: `not reverted: ${stuck.map(({ trial, fault }) => `${fault.name} in trial ${trial.index} (${fault.unreverted})`).join("; ")}`,
      },
    ];
  const count = (of: (it: (typeof faults)[number]["fault"]) => boolean) =>
    faults.filter(({ fault }) => of(fault)).length;
  const landed = count((it) => it.landed);
  const skipped = count((it) => it.skipped !== null);
  const felt = count((it) => it.landed && it.observed !== null);
  const reverted = count((it) => it.landed && it.reverted);
  const text = [
    `${landed} of ${faults.length} landed`,
    `${felt} felt`,
    `${reverted} reverted`,
    ...(skipped > 0 ? [`${skipped} not injected`] : []),
  ].join(", ");
  const complete = landed === faults.length && reverted === landed;
  const first = faults.find(({ fault }) => !fault.landed);
  const why = first
    ? ` (${first.fault.name} in trial ${first.trial.index}: ${first.fault.skipped ?? (first.fault.proof.join("; ") || "no proof")})`
    : "";
  const weak = new Map(
    faults.flatMap(({ fault }) =>
      fault.landed && fault.grade === "C"
        ? [[fault.name, fault.proof.find((it) => it.startsWith("C: "))] as const]
        : [],
    ),
  );
  // Beside the verdict, not only in its section: such a fault may be the harness's doing, not the kernel's.
  const proofs = [...weak].map(([name, proof]) => `; ${name} has the weakest proof, ${proof}`).join("");
  const status = complete && weak.size === 0 ? "ok" : "warning";
  return [{ status, title: "Faults", text: text + why + proofs }];
}
