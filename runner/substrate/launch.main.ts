/**
 * The launcher: `launch.main <procs file>… -- program argument…` enters the cgroups and becomes the program.
 * The pid stays, and every page and CPU period of the program is accounted for from its first instruction.
 * Exits 127 when there is no such program, 126 when it can't be run, 125 when a cgroup can't be entered, as env(1) and nice(1) do.
 */
import { accessSync, closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { NODE_OPTIONS_FOR_PROGRAM } from "./launch.ts";

// The global `process`, not an import: importing "node:process" opens the standard streams, and that makes them non-blocking
// for the program too, whose writes would then fail with EAGAIN when it says much.
const separator = process.argv.indexOf("--", 2);
const argv = process.argv.slice(separator + 1);
const [program = ""] = argv;

for (const file of process.argv.slice(2, separator)) enter(file);
mustBeRunnable(program);

// Node ignores these two, and what is ignored stays so across exec. A handler instead is reset to the default.
for (const signal of ["SIGPIPE", "SIGXFSZ"] as const) process.on(signal, () => undefined);

const { [NODE_OPTIONS_FOR_PROGRAM]: options, ...env } = process.env;
process.execve?.(program, argv, options === undefined ? env : { ...env, NODE_OPTIONS: options });

/** A failing execve aborts Node with a stack and a core dump: what can be known before is said in one line. */
function mustBeRunnable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
    const first = firstLineOf(path);
    const interpreter = /^#!\s*(\S+)/.exec(first)?.[1];
    if (interpreter !== undefined) accessSync(interpreter, constants.X_OK);
    else if (first.startsWith("#!") || !/^(\x7fELF|[\xfe\xcf\xca])/.test(first)) {
      fail(126, `${path} is neither a program nor a script that begins with #!`);
    }
  } catch (error) {
    const { code, path: missing } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && missing !== path) fail(127, `${path} needs ${missing}, which does not exist`);
    fail(code === "ENOENT" ? 127 : 126, `can't run ${path}: ${code === "ENOENT" ? "there is no such file" : code}`);
  }
}

function firstLineOf(path: string): string {
  const fd = openSync(path, "r");
  const buffer = Buffer.alloc(256);
  const length = readSync(fd, buffer, 0, buffer.length, 0);
  closeSync(fd);
  return buffer.toString("latin1", 0, length).split("\n", 1)[0] ?? "";
}

function enter(procsFile: string): void {
  try {
    const fd = openSync(procsFile, "r+");
    writeSync(fd, String(process.pid));
    closeSync(fd);
  } catch (error) {
    fail(125, `can't write ${process.pid} to ${procsFile}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function fail(exit: number, message: string): never {
  writeSync(2, `shakedown launcher: ${message}\n`);
  process.exit(exit);
}
