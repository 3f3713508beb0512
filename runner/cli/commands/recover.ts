/** `recover`: undoes what a harness that was killed left behind. Runs that are still alive are left alone. */
import { Exit } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import { recover as recoverRuns } from "../../undo/recover.ts";
import { asCalled, type Cli } from "../context.ts";
import { tellUnreverted } from "../tell.ts";

export async function recover(cli: Cli, flags: { readonly all?: boolean }): Promise<Exit> {
  const { host } = cli;
  const recovered = await recoverRuns(host, { all: flags.all === true });
  const runs = recovered.runs.map((run) => ({
    ...run,
    unreverted: run.unreverted.map((it) => ({ ...it, mend: asCalled(host, it.mend) })),
  }));
  if (cli.json) host.stdout.write(runs.map((it) => toLine({ type: "recovered", ...it })).join(""));
  else if (runs.length === 0) host.stdout.write("nothing to recover\n");
  for (const run of cli.json ? [] : runs) {
    if (run.live) host.stdout.write(`${run.run}: still running, left alone\n`);
    else
      host.stdout.write(
        `${run.run}: ${run.undone} undone${run.unreverted.length > 0 ? `, ${run.unreverted.length} not` : ""}\n`,
      );
  }
  const left = runs.flatMap((it) => it.unreverted);
  tellUnreverted(host, left);
  return left.length > 0 ? Exit.unreverted : Exit.pass;
}
