/** Scenario files as the commands want them: all checked, all problems told, or nothing. */
import { resolve } from "node:path";
import type { Scenario } from "../record/scenario.ts";
import type { Diagnostic } from "../scenario/document/diagnostics.ts";
import type { Setting } from "../scenario/document/set.ts";
import { loadScenario } from "../scenario/load.ts";
import { detectCgroup } from "../substrate/cgroup/detect.ts";
import { processCapabilities } from "../targets/confinement.ts";
import type { Cli } from "./context.ts";
import { needsNoArm } from "./stored.ts";
import { tellProblems } from "./tell.ts";

export interface Loaded {
  readonly scenario: Scenario;
  readonly source: string;
}

interface LoadFlags {
  readonly set: readonly Setting[];
  /** A stored baseline, or that there is none. */
  readonly against?: string;
  /** Going on with a run, whose record says what it is compared with. */
  readonly resume?: string;
  /** False: it need not run on this machine. */
  readonly here?: boolean;
}

/** Null when any file has problems: every one of them is on stderr then. */
export function loadScenarios(cli: Cli, files: readonly string[], flags: LoadFlags): readonly Loaded[] | null {
  const { loaded, problems } = readScenarios(cli, files, flags);
  for (const it of problems) tellProblems(cli, it);
  return problems.length > 0 ? null : loaded;
}

interface Read {
  readonly loaded: readonly Loaded[];
  /** Of each file that has any. */
  readonly problems: readonly (readonly Diagnostic[])[];
}

/** All that the files say, and all that is wrong with them. */
export function readScenarios(
  { host }: Cli,
  files: readonly string[],
  { set, against, resume, here = true }: LoadFlags,
): Read {
  const results = files.map((file) => {
    const path = resolve(host.cwd, file);
    return loadScenario(path, {
      set,
      stored: resume !== undefined || needsNoArm(host, path, against),
      env: host.env,
      node: host.node,
      ...(here ? { processCapabilities: processCapabilities(detectCgroup()) } : {}),
    });
  });
  return {
    loaded: results.filter((it) => it.ok),
    problems: results.filter((it) => !it.ok).map((it) => it.diagnostics),
  };
}
