/** Which limits hold here, and by what. */
import type { ProcessTargetSpec } from "../record/scenario.ts";
import type { Confinement } from "../shared/confinement.ts";
import type { CgroupSupport } from "../substrate/cgroup/cgroup.ts";
import type { Capability } from "../substrate/target.ts";

interface Confining {
  readonly confinement: Confinement;
  readonly capabilities: ReadonlySet<Capability>;
  /** Every instance has a group of its own wherever one can be made, limits or not: faults squeeze it, samplers read it. */
  readonly grouped: boolean;
  /** Bytes to enforce by polling; null when the kernel does, or nothing is to be enforced. */
  readonly emulatedMemory: number | null;
  /** What was asked for and is not to be had. */
  readonly missing: string | null;
}

/** What a process target can be made to suffer here: memory is limited by polling where the kernel can't be asked, CPU time can't be. */
export const processCapabilities = (cgroups: Pick<CgroupSupport, "cpu">): ReadonlySet<Capability> =>
  new Set(["signal", "link", "memory-limit", ...(cgroups.cpu ? (["cpu-limit"] as const) : [])]);

export function confining(limits: ProcessTargetSpec["limits"], cgroups: CgroupSupport): Confining {
  const grouped = cgroups.version !== null && (cgroups.memory || cgroups.cpu);
  const emulatedMemory = cgroups.memory ? null : limits.memory;
  return {
    confinement: emulatedMemory !== null ? "emulated" : grouped ? `cgroup-v${cgroups.version ?? 1}` : "none",
    capabilities: processCapabilities(cgroups),
    grouped,
    emulatedMemory,
    missing: limits.cpu === null || cgroups.cpu ? null : `a CPU limit is not available here: ${cgroups.reason}`,
  };
}
