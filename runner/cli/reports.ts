/** From a record to judgement, reports and the summary on stdout: shared by `run` and `report`. */
import { basename, join } from "node:path";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { type Format, fileOf, renderers } from "../../reports/render/registry.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import { judge } from "../../reports/verdict/judge.ts";
import type { JudgeOptions } from "../../reports/verdict/judge-options.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { messageOf, UserError } from "../shared/errors.ts";
import { writeWhole } from "../shared/files.ts";
import { toLine } from "../shared/lines.ts";
import { readBeside } from "./beside.ts";
import { type Cli, commandName } from "./context.ts";
import { type ForGithub, linksFor, tellGithub } from "./github.ts";
import { shownFrom } from "./stored.ts";

export interface Written {
  readonly format: Format;
  readonly path: string;
}

/** Judges a record and writes the reports into its folder. `file`: where the gates stand, if not in the run's scenario. */
export async function judgeAndRender(
  cli: Cli,
  dir: string,
  options: { readonly formats: readonly Format[]; readonly file?: string } & JudgeOptions,
): Promise<{ readonly judgement: Judgement; readonly paths: readonly Written[] }> {
  const evidence = loadEvidence(dir);
  const judgement = judge(evidence, { ...readBeside(dir), ...options, command: commandName(cli.host) });
  const paths = writeReports(cli, judgement, {
    formats: options.formats,
    pathOf: (format) => join(dir, fileOf[format]),
    file: options.file ?? evidence.run.scenario.file,
  });
  return { judgement, paths };
}

/**
 * A renderer that fails, or a disk that is full, is told on stderr and does not keep the other formats from being written.
 * `file`: where the gates stand.
 */
export function writeReports(
  { host }: Cli,
  judgement: Judgement,
  to: { readonly formats: readonly Format[]; readonly pathOf: (format: Format) => string; readonly file: string },
): Written[] {
  const links = linksFor(host, to.file);
  return to.formats.flatMap((format) => {
    const path = to.pathOf(format);
    try {
      writeWhole(path, renderers[format](judgement, links));
      return [{ format, path: shownFrom(host, path) }];
    } catch (error) {
      host.stderr.write(`${basename(path)} could not be written: ${messageOf(error)}\n`);
      return [];
    }
  });
}

/** To stdout, and to GitHub where it is run there. */
export function printJudgement(cli: Cli, judgement: Judgement, paths: readonly Written[], about: ForGithub): void {
  const { stdout } = cli.host;
  if (cli.json) {
    stdout.write(
      toLine({
        type: "verdict",
        verdict: judgement.verdict,
        headline: judgement.headline,
        gates: judgement.gates,
        paths,
      }),
    );
  } else {
    stdout.write(
      renderTerminal(judgement, {
        color: cli.color.out,
        width: stdout.columns,
        paths: paths.filter((it) => it.format === "html").map((it) => it.path),
      }),
    );
  }
  tellGithub(cli, judgement, about);
}

/**
 * `html,md`
 * @throws UserError for a format that there is not
 */
export function formatsOf(list: string): Format[] {
  const formats = list.split(",").map((it) => it.trim());
  const unknown = formats.filter((it) => !Object.hasOwn(renderers, it));
  if (unknown.length > 0) {
    throw new UserError(`no report format is named ${unknown.join(", ")}`, {
      hint: `formats: ${Object.keys(renderers).join(", ")}`,
    });
  }
  return formats as Format[];
}
