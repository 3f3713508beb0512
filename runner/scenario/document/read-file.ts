/** The text of a scenario file, or why it can't be one. */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { messageOf } from "../../shared/errors.ts";
import { namesIn } from "../../shared/files.ts";
import type { Problems } from "./problems.ts";
import { didYouMean } from "./suggest.ts";

/** Bytes. A scenario is a page or two; beyond this it is the wrong file. */
const largest = 1_000_000;

/** Undefined after a problem was told. */
export function readScenarioText(file: string, problems: Problems): string | undefined {
  let content: Buffer;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) {
      problems.general("expected a scenario file, found a folder", filesIn(file));
      return undefined;
    }
    if (!stat.isFile()) {
      problems.general("expected a scenario file, found a device, socket or pipe");
      return undefined;
    }
    if (tooLarge(stat.size, problems)) return undefined;
    content = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") problems.general("there is no such file", nearby(file));
    else problems.general(`the file can't be read: ${messageOf(error)}`);
    return undefined;
  }
  try {
    return checkScenarioText(new TextDecoder("utf-8", { fatal: true }).decode(content), problems);
  } catch {
    const line = lineOf(new TextDecoder().decode(content), "\ufffd");
    problems.general(`expected UTF-8 text, found other bytes in line ${line}`, "save the file as UTF-8");
    return undefined;
  }
}

/** Undefined after a problem was told. */
export function checkScenarioText(text: string, problems: Problems): string | undefined {
  if (tooLarge(text.length, problems)) return undefined;
  if (text.includes("\0")) {
    problems.general(
      `expected text, found a NUL character in line ${lineOf(text, "\0")}: this is a binary file, or UTF-16`,
      "save the file as UTF-8",
    );
    return undefined;
  }
  return text;
}

/** Of the first such character, from 1. */
const lineOf = (text: string, character: string): number =>
  text.slice(0, Math.max(0, text.indexOf(character))).split("\n").length;

function tooLarge(size: number, problems: Problems): boolean {
  if (size <= largest) return false;
  problems.general(
    `expected a scenario of at most 1 MB, found ${(size / 1e6).toFixed(1)} MB`,
    "is this the right file?",
  );
  return true;
}

function nearby(file: string): string | null {
  const folder = dirname(file);
  const stem = (name: string): string => name.replace(/\.ya?ml$/i, "");
  const written = stem(basename(file));
  // The names without their endings are compared: those alone would make any two look alike.
  const near = yamlFiles(folder).find((it) => stem(it) === written || didYouMean(written, [stem(it)]) !== null);
  return near === undefined ? filesIn(folder) : `did you mean "${near}"?`;
}

function filesIn(folder: string): string | null {
  const names = yamlFiles(folder);
  if (names.length === 0) return null;
  return `in that folder: ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}

function yamlFiles(folder: string): string[] {
  return namesIn(folder)
    .filter((it) => /\.ya?ml$/i.test(it))
    .sort();
}
