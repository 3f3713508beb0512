/** Where what a scenario's sessions left is kept: beside it, or where --history says; one file for each class of host. */
import { basename, dirname, extname, join, resolve } from "node:path";
import { hostFacts } from "../orchestrate/facts.ts";
import type { HostFacts } from "../record/run-file.ts";
import type { Scenario } from "../record/scenario.ts";
import type { Host } from "../shared/host.ts";

export interface HistoryPlace {
  readonly folder: string;
  readonly hostClass: string;
  /** One line a session. */
  readonly history: string;
  /** One line an A/A session. */
  readonly calibration: string;
}

export function historyPlace(
  { cwd }: Pick<Host, "cwd">,
  { file }: Pick<Scenario, "file">,
  elsewhere?: string,
  hostClass = hostClassOf(hostFacts()),
): HistoryPlace {
  const name = `${basename(file, extname(file))}.history`;
  const folder = join(elsewhere === undefined ? dirname(file) : resolve(cwd, elsewhere), name);
  return {
    folder,
    hostClass,
    history: join(folder, `${hostClass}.ndjson`),
    calibration: join(folder, `${hostClass}.calibration.ndjson`),
  };
}

/** Machines that measure alike: `linux-x64-2-amd-epyc`. */
const hostClassOf = ({ platform, cpus, cpuModel }: HostFacts): string =>
  `${platform}-${cpus}-${cpuModel}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
