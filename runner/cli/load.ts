/** Scenario files as the commands want them: all checked, all problems told, or nothing. */
import { resolve } from "node:path";
import type { Scenario } from "../record/scenario.ts";
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

export interface LoadFlags {
  readonly set: readonly string[];
  /** A stored baseline, or that there is none. */
  readonly against?: string;
  /** Going on with a run, whose record says what it is compared with. */
  readonly resume?: string;
}

/** `here`: it is going to run on this machine. Null when any file has problems: every one of them is on stderr then. */
export function loadScenarios(
  cli: Cli,
  files: readonly string[],
  { set, against, resume }: LoadFlags,
  here = true,
): readonly Loaded[] | null {
  const loaded: Loaded[] = [];
  let bad = false;
  for (const file of files) {
    const path = resolve(cli.host.cwd, file);
    const result = loadScenario(path, {
      set,
      stored: resume !== undefined || needsNoArm(cli.host, path, against),
      env: cli.host.env,
      node: cli.host.node,
      ...(here ? { processCapabilities: processCapabilities(detectCgroup()) } : {}),
    });
    if (result.ok) loaded.push(result);
    else {
      bad = true;
      tellProblems(cli, result.diagnostics);
    }
  }
  return bad ? null : loaded;
}
