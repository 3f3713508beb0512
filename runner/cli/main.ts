/** The command line: parses argv, runs one command, turns what was thrown into a sentence and an exit code. */
import { CommanderError } from "commander";
import { Exit } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { type Cli, cliContext } from "./context.ts";
import { createProgram } from "./program.ts";
import { tellFailure } from "./tell.ts";

export async function main(host: Host, argv: readonly string[]): Promise<Exit> {
  let exit: Exit = Exit.pass;
  const program = createProgram(host, async (work) => {
    const cli = cliContext(host, program.opts());
    exit = await guarded(cli, work);
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.pass : Exit.usage;
    throw error;
  }
}

async function guarded(cli: Cli, work: (cli: Cli) => Promise<Exit>): Promise<Exit> {
  try {
    return await work(cli);
  } catch (error) {
    return tellFailure(cli, error);
  }
}
