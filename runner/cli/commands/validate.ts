/** `validate`: says what is wrong with scenarios, or that nothing is. */
import type { Scenario } from "../../record/scenario.ts";
import type { Diagnostic } from "../../scenario/document/diagnostics.ts";
import { Exit } from "../../shared/errors.ts";
import { counted } from "../../shared/format.ts";
import { toLine } from "../../shared/lines.ts";
import { painter } from "../../shared/paint.ts";
import { asCalled, type Cli } from "../context.ts";
import { warnBefore } from "../run/warnings.ts";
import { readScenarios } from "../scenarios.ts";
import { storedFor } from "../stored.ts";
import { tellProblems } from "../tell.ts";

export async function validate(
  cli: Cli,
  files: readonly string[],
  flags: { readonly set: readonly string[] },
): Promise<Exit> {
  const { host, json, color } = cli;
  const { loaded, problems } = readScenarios(cli, files, { ...flags, here: false });
  const good = problems.length === 0;
  if (good) for (const { scenario } of loaded) storedFor(host, scenario, undefined);
  if (good) for (const { scenario } of loaded) warnBefore(cli, scenario);
  if (json) {
    for (const { scenario } of loaded) host.stdout.write(toLine(asLine(scenario)));
    for (const it of problems.flat()) host.stdout.write(toLine(problemAsLine(cli, it)));
  } else if (good) {
    const mark = painter(color.out)("✓", "good");
    for (const { scenario } of loaded) host.stdout.write(`${mark} ${inWords(scenario)}\n`);
  } else for (const it of problems) tellProblems(cli, it);
  return good ? Exit.pass : Exit.usage;
}

const secondsOf = ({ phases }: Scenario): number => phases.reduce((sum, it) => sum + it.durationMs, 0) / 1000;

const inWords = (it: Scenario): string =>
  `${it.name}: ${counted(it.arms.length, "arm")}, ${it.search === undefined ? "" : "at most "}${counted(it.trials.count, "trial")} each of ${secondsOf(it)} s, ${counted(it.faults.length, "fault")}, ${counted(it.gates.length, "gate")}`;

const asLine = (it: Scenario) => ({
  type: "scenario",
  file: it.file,
  name: it.name,
  arms: it.arms.map((arm) => arm.name),
  trials: it.trials.count,
  seconds: secondsOf(it),
  faults: it.faults.length,
  gates: it.gates.length,
});

/** Line and column are null where there is none to point at: the file as a whole, or a value of `--set`. */
const problemAsLine = ({ host }: Cli, { file, at, set, path, message, hint }: Diagnostic) => ({
  type: "diagnostic",
  file,
  line: at?.line ?? null,
  column: at?.column ?? null,
  set,
  path,
  message,
  hint: hint === null ? null : asCalled(host, hint),
});
