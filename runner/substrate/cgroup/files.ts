/** Reading and writing single cgroup files. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** Reads a file as text, null when there is none. */
export type Read = (path: string) => string | null;

export const readFile: Read = (path) => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
};

/** Writes a value into a file that the kernel made: never creates one. Throws the system's error. */
export function writeValue(path: string, value: string): void {
  const fd = openSync(path, "r+");
  try {
    writeSync(fd, value);
  } finally {
    closeSync(fd);
  }
}

/** A file that holds one number; null when it is absent or holds a word such as `max`. */
export function numberIn(text: string | null): number | null {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A number of a flat keyed file, lines of `key value`. No regular expression: this runs some thousand times a second. */
export function keyedNumber(text: string | null, key: string): number | null {
  if (text === null) return null;
  const at = `\n${text}`.indexOf(`\n${key} `);
  const value = at < 0 ? Number.NaN : Number.parseInt(text.slice(at + key.length + 1), 10);
  return Number.isNaN(value) ? null : value;
}
