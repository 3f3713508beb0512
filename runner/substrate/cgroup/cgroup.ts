/** A cgroup that the harness made for one instance, on either version of the interface. */

export interface Cgroup {
  readonly version: 1 | 2;
  /** One folder per hierarchy used (v2: one). */
  readonly paths: readonly string[];
  /** Files that a process must write its pid to, to be inside. The launcher does so before exec. */
  readonly procsFiles: readonly string[];
  /** Bytes; null where the kernel does not tell. */
  readonly memory: () => {
    readonly current: number | null;
    readonly peak: number | null;
    readonly limit: number | null;
    readonly oomKills: number | null;
  };
  readonly cpu: () => {
    readonly periods: number | null;
    readonly throttled: number | null;
    readonly throttledMs: number | null;
  };
  /** Cores; null is unlimited. */
  readonly cpuLimit: () => number | null;
  /** Null lifts the limit. v1 refuses a limit below usage (EBUSY). */
  readonly setMemoryLimit: (bytes: number | null) => void;
  readonly setCpuLimit: (cores: number | null) => void;
  /** Files and values that put the present limits back: for leases. */
  readonly memoryLimitFiles: () => readonly { readonly file: string; readonly value: string }[];
  readonly cpuLimitFiles: () => readonly { readonly file: string; readonly value: string }[];
  readonly pids: () => readonly number[];
}

/** What this machine allows, found by trying (make a group, remove it). */
export interface CgroupSupport {
  readonly version: 1 | 2 | null;
  readonly memory: boolean;
  readonly cpu: boolean;
  /** Folders under which `shakedown/` is made, one per hierarchy; empty where nothing works. */
  readonly parents: readonly string[];
  /** Why not, in words for `doctor`. */
  readonly reason: string;
}
