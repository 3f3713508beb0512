/** Faults of the same run: all landed, one was not felt by everybody, one recovery was not seen to its end. */
import type { FaultReport } from "../../../reports/analyses/parts.ts";

const fault = (
  name: string,
  kind: string,
  target: string,
  phase: string,
  windows: readonly (readonly [number, number] | null)[],
  recoveries: readonly (number | null)[],
): FaultReport => {
  const [requested = null, acknowledged = null, observed = null] = windows.map(
    (it) => it && { start: it[0], end: it[1] },
  );
  return {
    name,
    kind,
    target,
    phase,
    grade: "A",
    arms: ["baseline", "candidate"].map((arm, i) => ({
      arm,
      trials: 5,
      landed: 5,
      felt: i === 0 && name === "hungry" ? 4 : 5,
      absorbed: i === 0 && name === "hungry" ? 1 : 0,
      skipped: 0,
      reverted: 5,
      requested,
      acknowledged,
      observed: observed && { start: observed.start, end: observed.start + (observed.end - observed.start) * (1 + i) },
      recoveryMs: { median: recoveries[i] ?? null, censored: name === "one-dies" && i === 1 ? 1 : 0 },
    })),
    proofs: [`A: ${kind} seen at the mechanism in 10 of 10 trials`],
  };
};

export const faults: readonly FaultReport[] = [
  fault(
    "one-dies",
    "pod-kill",
    "shop",
    "kill",
    [
      [0, 20],
      [12, 40],
      [180, 2100],
    ],
    [1900, 4200],
  ),
  fault(
    "slow-db",
    "latency",
    "db",
    "slow",
    [
      [2000, 10_000],
      [2004, 10_006],
      [2050, 10_300],
    ],
    [300, 420],
  ),
  fault(
    "hungry",
    "memory-pressure",
    "shop",
    "memory",
    [
      [2000, 8000],
      [2300, 6400],
      [4100, 5900],
    ],
    [2200, 2500],
  ),
];
