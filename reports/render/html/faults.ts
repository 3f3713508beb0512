/** The faults table: landed, felt, the three windows, recovered and reverted, for every arm. */
import { formatValue } from "../../../runner/shared/format.ts";
import type { FaultReport } from "../../analyses/parts.ts";
import type { Judgement } from "../../verdict/judgement.ts";
import type { Scale } from "../svg/scale.ts";
import { windowScale, windows, windowsInWords } from "./fault-windows.ts";

export const faultsView = ({ faults }: Judgement) => faults.map(faultView);

function faultView(fault: FaultReport) {
  const scale = windowScale(fault);
  const [first, ...others] = fault.arms.map((arm) => faultRow(arm, scale));
  const grade = fault.grade === null ? "" : `proof of grade ${fault.grade}`;
  return {
    name: fault.name,
    what: [fault.kind, `on ${fault.target}`, `in ${fault.phase}`, grade].filter((it) => it !== "").join(" · "),
    span: Math.max(1, fault.arms.length),
    first: first ?? null,
    others,
    proofs: fault.proofs,
  };
}

const notes = (parts: readonly (readonly [number, string])[]): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");

function faultRow(arm: FaultReport["arms"][number], scale: Scale | null) {
  const { trials, acknowledged, observed, recoveryMs } = arm;
  const recovered = recoveryMs?.median ?? null;
  return {
    arm: arm.arm,
    landed: `${arm.landed} of ${trials}`,
    felt: `${arm.felt} of ${trials}`,
    feltNote: notes([
      [arm.absorbed, "absorbed"],
      [arm.skipped, "skipped"],
    ]),
    windows: windows(arm, scale),
    inWords: windowsInWords(arm),
    untilFelt: acknowledged && observed ? formatValue(Math.max(0, observed.start - acknowledged.start), "ms") : "–",
    untilRecovered: recovered === null ? (recoveryMs === null ? "–" : "not seen") : formatValue(recovered, "ms"),
    recoveredNote: notes([[recoveryMs?.censored ?? 0, "not before the end"]]),
    reverted: `${arm.reverted} of ${arm.landed}`,
    allReverted: arm.reverted >= arm.landed,
    allLanded: arm.landed >= trials,
  };
}
