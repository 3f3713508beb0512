/** run.json: written once at the start of a run. */
import type { Scenario } from "./scenario.ts";

export interface RunFile {
  readonly schema: 1;
  readonly id: string;
  readonly scenario: Scenario;
  /** The scenario file's text, secrets redacted: for "reproduce". */
  readonly source: string;
  /** Harness clock (host.clock.now) at t = 0 of the journal. */
  readonly zero: number;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  /** Arm names per block, as drawn from the seed. */
  readonly order: readonly (readonly string[])[];
  readonly versions: { readonly shakedown: string; readonly node: string };
  readonly host: HostFacts;
  /** Facts that must be alike for two runs to be comparable: kernel, CPU model, confinement, versions of programs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Why it was run, where not to compare arms: `aa`, both arms are the baseline; `confirm`, the second session of a regression. */
  readonly purpose?: "aa" | "confirm" | undefined;
  /** The command line, for "reproduce". */
  readonly command: readonly string[];
}

export interface HostFacts {
  readonly platform: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memory: number;
}

/** The fact of `environment` that tells what one arm was made of (--baseline-ref); all others are about the machine and its programs. */
export const baselineRefFact = "baseline ref";
