/**
 * Leases: how to undo a deed, written down before the deed. Data only; one interpreter (interpret.ts) serves the running
 * harness, the watchdog and `recover`. A pid always comes with its start time: a stranger with a reused pid is not touched.
 */

export type Lease =
  /** Continues a stopped process. */
  | { readonly undo: "signal"; readonly signal: "SIGCONT"; readonly pid: number; readonly startedAt: number }
  /** Kills a process that the harness started (ballast, burner). */
  | { readonly undo: "kill"; readonly pid: number; readonly startedAt: number }
  /** Writes the former value back, lines in order. When `of` is given, only while that process lives. A file that is gone needs no undo. */
  | {
      readonly undo: "write";
      readonly file: string;
      readonly value: string;
      readonly of: { readonly pid: number; readonly startedAt: number } | null;
    }
  /** Kills what is inside and removes the group and its children: one path per hierarchy. */
  | { readonly undo: "cgroup"; readonly paths: readonly string[] }
  /** Takes a toxic off a router through its control port; a router that no longer answers has none. */
  | { readonly undo: "toxic"; readonly port: number; readonly token: string; readonly toxic: string }
  /** Ends every process that carries SHAKEDOWN_RUN=run in its environment: written before the first spawn of a run. */
  | { readonly undo: "processes"; readonly run: string }
  /** Removes a git worktree that the harness made. */
  | { readonly undo: "worktree"; readonly repository: string; readonly path: string }
  /** Several, in this order. */
  | { readonly undo: "all"; readonly of: readonly Lease[] }
  /** Nothing to undo: the supervisor of the target starts a new instance. */
  | { readonly undo: "nothing"; readonly because: string };

/** Undoing failed: `mend` is a command that a person can run. */
export interface Unreverted {
  readonly reason: string;
  readonly mend: string;
}
