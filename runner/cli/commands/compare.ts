/** `compare`: two records, the first one as the baseline of the second. */
import { join, resolve } from "node:path";
import type { Check } from "../../../reports/analyses/parts.ts";
import { setupDiffers } from "../../../reports/baseline/fingerprint.ts";
import { storedFrom } from "../../../reports/baseline/store.ts";
import type { Evidence } from "../../../reports/evidence/evidence.ts";
import { loadEvidence } from "../../../reports/evidence/load.ts";
import { onlyArms } from "../../../reports/evidence/only-arms.ts";
import { type Format, fileOf } from "../../../reports/render/registry.ts";
import { judge } from "../../../reports/verdict/judge.ts";
import { findRun } from "../../record/reader.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Condition } from "../../record/scenario.ts";
import { type Exit, UserError } from "../../shared/errors.ts";
import { readBeside } from "../beside.ts";
import { type Cli, commandName, programName } from "../context.ts";
import { verdictExit } from "../exit.ts";
import { formatsOf, printJudgement, writeReports } from "../reports.ts";
import { armOf } from "../stored.ts";

interface CompareFlags {
  readonly armA?: string;
  readonly armB?: string;
  readonly out: string;
  readonly format?: string;
  readonly inconclusive?: "pass" | "fail";
  readonly force?: boolean;
}

export async function compare(cli: Cli, refA: string, refB: string, flags: CompareFlags): Promise<Exit> {
  const { host } = cli;
  const formats = flags.format === undefined ? [] : formatsOf(flags.format);
  const [dirA, dirB] = [refA, refB].map((it) => findRun(resolve(host.cwd, flags.out), it)) as [string, string];
  if (dirA === dirB) {
    throw new UserError("a run is not compared with itself", {
      hint: `its arms are compared with each other by: ${commandName(host)} report ${refB}`,
    });
  }
  const [a, b] = [loadEvidence(dirA), loadEvidence(dirB)];
  const [armA, armB] = [armOf(a.run, flags.armA, "--arm-a"), armOf(b.run, flags.armB, "--arm-b")];
  const asked = gatesOn(armB, b);
  const first = judge(a, readBeside(dirA));
  const stored = storedFrom(a, { arm: armA, verdict: first.verdict, forced: false, conditions: asked });
  const under = b.run.scenario.arms.filter((it) => it.name === armB).flatMap((it) => setupDiffers(stored, it));
  if (under.length > 0 && flags.force !== true) {
    throw new UserError(
      `${armB} of run ${b.run.id} was not measured under what ${armA} of run ${a.run.id} was: ${others(under)}`,
      { hint: "--force compares them all the same, marked, and at most inconclusive" },
    );
  }
  const judgement = judge(asOne(b, armB, asked), {
    against: stored,
    checks: [...forcedCheck(under), ...invalidCheck(first.verdict, a.run)],
  });
  const command = [...programName(host).split(" "), "compare", a.run.id, b.run.id];
  const shown = { ...judgement, next: null, reproduce: { ...judgement.reproduce, commands: [command.join(" ")] } };
  const paths = writeReports(cli, shown, {
    formats,
    pathOf: (format) => join(dirB, compared(a.run.id, format)),
    file: b.run.scenario.file,
  });
  printJudgement(cli, shown, paths, { file: b.run.scenario.file, inconclusive: flags.inconclusive });
  return verdictExit(judgement.verdict, flags.inconclusive);
}

/** `compared-with-20261120T0912Z-k3f.report.html`, in the second run's folder: its own report stays what it is. */
const compared = (run: string, format: Format): string => `compared-with-${run}.${fileOf[format]}`;

/** What the second run was asked of this arm; margins are held against the first one. */
const gatesOn = (arm: string, { run }: Evidence): Condition[] =>
  run.scenario.gates
    .filter((it) => it.arm === null || it.arm === arm)
    .map((it) => (it.margin === null ? it : { ...it, versus: "baseline" }));

function asOne(evidence: Evidence, arm: string, gates: readonly Condition[]): Evidence {
  const { run, ...rest } = onlyArms(evidence, [arm, "reference"]);
  return { ...rest, run: { ...run, scenario: { ...run.scenario, gates, claims: [] } } };
}

const others = (parts: readonly string[]): string => parts.map((it) => `other ${it}`).join(", ");

const forcedCheck = (under: readonly string[]): Check[] =>
  under.length === 0
    ? []
    : [
        {
          status: "warning",
          title: "Comparison",
          text: `forced across ${others(under)}: what the two runs measured is not comparable`,
          inconclusive: true,
        },
      ];

const invalidCheck = (verdict: string, { id }: RunFile): Check[] =>
  verdict === "invalid"
    ? [{ status: "invalid", title: "Baseline run", text: `run ${id} is invalid itself: its numbers can't be believed` }]
    : [];
