/** A second time scale below the axis that starts anew at every fault: t = 0 is where its mark stands. */
import { formatExact } from "../../../runner/shared/format.ts";
import type { Timeline } from "../../analyses/parts.ts";
import { el, type Svg } from "../svg/element.ts";
import { type Scale, timeTicks } from "../svg/scale.ts";

/** Pixels from one label's middle to the next one's: enough for "+10 min". */
const labelRoom = 54;

export const faultScaleHeight = 26;

/** Each runs to the next fault or to the axis's end; a fault too near to the one before for a label of its own shares that one's scale. */
export function faultScales({ faults }: Timeline, x: Scale, y: number): Svg[] {
  const zeros: number[] = [];
  for (const start of faults.map((it) => it.start).sort((a, b) => a - b)) {
    const last = zeros.at(-1);
    if (last === undefined || x.at(start) - x.at(last) >= labelRoom) zeros.push(start);
  }
  return zeros.flatMap((zero, i) => {
    const next = zeros[i + 1];
    const end = next ?? x.domain[1];
    const edge = x.at(end) - (next === undefined ? 0 : labelRoom);
    const steps = timeTicks(0, end - zero, Math.max(1, Math.floor((x.at(end) - x.at(zero)) / labelRoom)));
    const ticks = steps.filter((it) => it === 0 || x.at(zero + it) <= edge);
    const to = x.at(zero + (ticks.at(-1) ?? 0));
    return [
      el("line", { class: "fs", x1: x.at(zero), x2: to, y1: y, y2: y }),
      ...ticks.flatMap((it) => {
        const at = x.at(zero + it);
        const text = it === 0 ? "0" : `+${formatExact(it * 1000, "ms", (steps.at(-1) ?? it) * 1000)}`;
        return [
          el("line", { class: "fs", x1: at, x2: at, y1: y, y2: y + 4 }),
          el("text", { class: "tk f", x: at, y: y + 16, "text-anchor": "middle" }, [text]),
        ];
      }),
    ];
  });
}
