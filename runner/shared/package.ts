/** Where the package's own files are: in a clone beside the sources, in an installed package beside `dist/`. */
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json, templates/ and scenarios/. */
const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`package.json is missing above ${import.meta.url}`);
  return findRoot(parent);
}

/** A file that ships as it is (template, schema, preload): path relative to the package's root. */
export const packageFile = (...path: string[]): string => join(packageRoot, ...path);

export const packageVersion: string = JSON.parse(readFileSync(packageFile("package.json"), "utf8")).version;

/**
 * The path of a child process's entry beside the module that asks: `childEntry(import.meta.url, "./worker.main")`.
 * tsc does not rewrite `new URL("./x.ts")`, so the child gets its parent's own extension.
 */
export function childEntry(parentUrl: string, relative: string): string {
  const extension = parentUrl.endsWith(".ts") ? ".ts" : ".js";
  return fileURLToPath(new URL(relative + extension, parentUrl));
}

/** Environment of this package's own children, never of a target: Node keeps what it compiled of them, as it does of the command. */
export const childEnv = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };
