/** The stored baseline of a scenario: where it lies, whether a run needs it, and whether it fits what is going to be measured. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { setupDiffers } from "../../reports/baseline/fingerprint.ts";
import type { StoredBaseline } from "../../reports/baseline/format.ts";
import { readBaseline } from "../../reports/baseline/read.ts";
import type { RunFile } from "../record/run-file.ts";
import type { Scenario } from "../record/scenario.ts";
import { hasCode, messageOf, UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { commandName } from "./context.ts";

/** Beside the scenario: `shop.yaml` has `shop.baseline.json`. */
export const baselineFileOf = (scenarioFile: string): string =>
  join(dirname(scenarioFile), `${basename(scenarioFile, extname(scenarioFile))}.baseline.json`);

/** What --against takes instead of a file: gates that need a baseline stay open, whatever lies beside the scenario. */
export const nothing = "none";

/** The file that a run would be compared with: the one named, else the one beside the scenario; null when there is none. */
function fileFor({ cwd }: Pick<Host, "cwd">, scenarioFile: string, against: string | undefined): string | null {
  if (against === nothing) return null;
  if (against !== undefined) return resolve(cwd, against);
  const beside = baselineFileOf(scenarioFile);
  return existsSync(beside) ? beside : null;
}

/** Whether margins may be asked without an arm named baseline. */
export const needsNoArm = (host: Pick<Host, "cwd">, scenarioFile: string, against: string | undefined): boolean =>
  against === nothing || fileFor(host, scenarioFile, against) !== null;

/** Whether there is a stored baseline that gates could be compared with. */
export const hasStored = (host: Pick<Host, "cwd">, scenarioFile: string, against: string | undefined): boolean =>
  fileFor(host, scenarioFile, against) !== null;

/**
 * What a run of this scenario is compared with; null when all its arms run, when nothing is compared, and when nothing is stored.
 * @param scenario with the arms that run
 * @throws UserError for a file that can't be read, or was measured under something else: that is never the same as none
 */
export function storedFor(
  host: Pick<Host, "cwd" | "env">,
  scenario: Scenario,
  against: string | undefined,
): StoredBaseline | null {
  const file = fileFor(host, scenario.file, against);
  if (file === null) return null;
  const named = against !== undefined;
  if (scenario.arms.some((it) => it.name === "baseline")) {
    if (!named) return null;
    throw new UserError(`--against is for runs without an arm named baseline, which ${scenario.name} has`, {
      hint: "leave it out to compare the arms that run, or run the other one alone: --only candidate",
    });
  }
  const compares = [...scenario.gates, ...scenario.claims].some((it) => it.versus === "baseline");
  if (!compares && !named) return null;
  return fitting(readStored(host, file, scenario.file), scenario, host, file);
}

/** @throws UserError when it can't be read */
export function readStored(host: Pick<Host, "cwd" | "env">, file: string, scenarioFile: string): StoredBaseline {
  const shown = shownFrom(host, file);
  const mend = mendOf(host, scenarioFile);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const why = hasCode(error, "ENOENT") ? "there is no such file" : messageOf(error);
    throw new UserError(`the stored baseline ${shown} can't be read: ${why}`, { hint: mend });
  }
  return readBaseline(text, shown, mend);
}

function fitting(
  stored: StoredBaseline,
  { arms, file: scenarioFile }: Scenario,
  host: Pick<Host, "cwd" | "env">,
  file: string,
): StoredBaseline {
  for (const arm of arms.filter((it) => it.name !== "reference")) {
    const parts = setupDiffers(stored, arm);
    if (parts.length === 0) continue;
    throw new UserError(
      `the stored baseline ${shownFrom(host, file)} was not measured under what ${arm.name} is: ${parts.join(", ")} changed since run ${stored.run}`,
      { hint: mendOf(host, scenarioFile) },
    );
  }
  return stored;
}

/** The command that makes a baseline anew, for the hint of an error. */
function mendOf(host: Pick<Host, "cwd" | "env">, scenarioFile: string): string {
  const command = commandName(host);
  return `make it anew: ${command} run ${shownFrom(host, scenarioFile)} --against ${nothing}, then ${command} baseline accept <run>; or take it from version control again`;
}

/**
 * The arm of a run that is stored or compared: the one named, else candidate, else the only one.
 * @param option that names it
 * @throws UserError when there is no such arm, or it must be named
 */
export function armOf({ id, scenario }: RunFile, given: string | undefined, option: string): string {
  const names = scenario.arms.map((it) => it.name);
  const judged = names.filter((it) => it !== "reference");
  const name = given ?? (judged.length === 1 ? judged[0] : "candidate");
  if (name !== undefined && names.includes(name)) return name;
  throw new UserError(`run ${id} has no arm named ${name}`, {
    hint: `its arms: ${names.join(", ")}; name one with ${option}`,
  });
}

export const shownFrom = ({ cwd }: Pick<Host, "cwd">, file: string): string => {
  const short = relative(cwd, file);
  return short === "" || short.startsWith("..") ? file : short;
};
