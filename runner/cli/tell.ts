/** What went wrong, on stderr: a failure with its hint, problems of a scenario, and what is left to mend by hand. */
import { stripVTControlCharacters } from "node:util";
import { cleanText } from "../../reports/render/clean.ts";
import { type Diagnostic, renderDiagnostics } from "../scenario/document/diagnostics.ts";
import { Exit, messageOf, UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { painter } from "../shared/paint.ts";
import type { Unreverted } from "../undo/lease.ts";
import { asCalled, type Cli } from "./context.ts";

/** What programs and scenarios wrote, without what a terminal would obey: it must not clear the screen, or paint over ours. */
export const unpainted = (text: string): string => cleanText(stripVTControlCharacters(text));

/** A user's mistake never with a stack, unless asked for. Returns its exit code. */
export function tellFailure({ host, color, verbose }: Cli, error: unknown): Exit {
  const { stderr } = host;
  const paint = painter(color.err);
  const user = error instanceof UserError;
  stderr.write(`${paint(user ? "error:" : "internal error (a bug):", "bad")} ${unpainted(messageOf(error))}\n`);
  if (user && error.hint !== undefined) stderr.write(`${paint("hint:", "none")}  ${asCalled(host, error.hint)}\n`);
  if (verbose && error instanceof Error) stderr.write(`${error.stack}\n`);
  else if (!user) stderr.write("run it again with --verbose for the stack\n");
  return user ? error.exit : Exit.internal;
}

/** Of a scenario, or of samples. */
export function tellProblems({ host, color }: Cli, diagnostics: readonly Diagnostic[]): void {
  const here = diagnostics.map((it) => ({ ...it, hint: it.hint === null ? null : asCalled(host, it.hint) }));
  host.stderr.write(renderDiagnostics(here, color.err));
}

/** Told last: the last line is a command that mends it. */
export function tellUnreverted(host: Host, unreverted: readonly Unreverted[]): void {
  for (const it of unreverted) host.stderr.write(`NOT REVERTED: ${it.reason}\n${asCalled(host, it.mend)}\n`);
}
