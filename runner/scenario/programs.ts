/** Commands as they will be run: `node` is the harness's own, programs and the files named by their arguments have absolute paths. */
import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isFile, namesIn } from "../shared/files.ts";
import { findProgram } from "../substrate/launch.ts";
import { didYouMean } from "./document/suggest.ts";

interface CommandContext {
  /** Working folder, absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The harness's own Node, absolute. */
  readonly node: string;
  /** A build makes files: what is not there yet is no problem. */
  readonly built: boolean;
}

interface Missing {
  /** Of the argument in the command. */
  readonly index: number;
  readonly message: string;
  readonly hint: string | null;
}

export function resolveCommand(
  command: readonly string[],
  context: CommandContext,
): { readonly command: readonly string[]; readonly missing: Missing | null } {
  const [name = "", ...rest] = command;
  const program = name === "node" ? context.node : findProgram(name, context.env, context.cwd);
  const resolved = [program ?? name, ...rest.map((it) => absoluteFile(it, context.cwd))];
  const missing = program === null ? missingProgram(name, context) : missingScript(command, context);
  return { command: resolved, missing };
}

function missingProgram(name: string, { cwd, built }: CommandContext): Missing | null {
  const isPath = name.includes("/");
  if (isPath && built) return null;
  if (!isPath) return { index: 0, message: `there is no program "${name}"`, hint: "looked for it in PATH" };
  const path = resolve(cwd, name);
  const message = isFile(path) ? `"${name}" is not executable` : `there is no program "${name}"`;
  return { index: 0, message, hint: isFile(path) ? `chmod +x ${path}` : nearFile(path) };
}

/** Interpreters whose first argument that is no option is a file. */
const interpreters = /^(node|nodejs|python3?|ruby|perl|php|bash|sh)$/;
/** Options of Node that take the next argument as their value. */
const withValue = new Set([
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--env-file",
  "--title",
]);
const script = /\.(m?js|cjs|m?ts|cts|py|rb|pl|php|sh)$/;

/** Only told where it is certain: an argument that is named like a script and stands where one belongs. */
function missingScript(command: readonly string[], { cwd, built }: CommandContext): Missing | null {
  if (built || !interpreters.test(basename(command[0] ?? ""))) return null;
  for (let i = 1; i < command.length; i++) {
    const argument = command[i] as string;
    if (withValue.has(argument)) i += 1;
    else if (!argument.startsWith("-")) {
      const path = resolve(cwd, argument);
      if (!script.test(argument) || isFile(path)) return null;
      return { index: i, message: `there is no file "${argument}"`, hint: nearFile(path) };
    } else if (/^(-e|-p|-c|-m|-pe|--eval|--print|--test|--run)$/.test(argument)) return null;
  }
  return null;
}

const absoluteFile = (argument: string, cwd: string): string =>
  !argument.startsWith("-") && /[./]/.test(argument) && isFile(resolve(cwd, argument))
    ? resolve(cwd, argument)
    : argument;

/** A file of nearly that name, or where it was looked for. */
export function nearFile(path: string): string {
  const near = didYouMean(basename(path), namesIn(dirname(path)));
  return near ?? `looked for ${path}`;
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
