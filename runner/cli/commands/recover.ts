/** `recover`: undoes what a harness that was killed left behind. Runs that are still alive are left alone. */
import { Exit } from "../../shared/errors.ts";
import { recover as recoverRuns } from "../../undo/recover.ts";
import type { Cli } from "../context.ts";

export async function recover(cli: Cli, flags: { readonly all?: boolean }): Promise<Exit> {
  const { host } = cli;
  const { runs } = await recoverRuns(host, { all: flags.all === true });
  if (cli.json) host.stdout.write(`${JSON.stringify(runs)}\n`);
  else if (runs.length === 0) host.stdout.write("nothing to recover\n");
  for (const run of cli.json ? [] : runs) {
    if (run.live) host.stdout.write(`${run.run}: still running, left alone\n`);
    else
      host.stdout.write(
        `${run.run}: ${run.undone} undone${run.unreverted.length > 0 ? `, ${run.unreverted.length} not` : ""}\n`,
      );
  }
  const left = runs.flatMap((it) => it.unreverted);
  for (const it of left) host.stderr.write(`NOT REVERTED: ${it.reason}\n${it.mend}\n`);
  return left.length > 0 ? Exit.unreverted : Exit.pass;
}
