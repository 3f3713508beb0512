/** The unit of memory in /proc/PID/stat: 4 KiB on most machines, 16 or 64 KiB on some ARM ones. */
import { readFileSync } from "node:fs";

/** Key of the page size in the auxiliary vector, see getauxval(3). */
const AT_PAGESZ = 6n;

let known: number | null = null;

/** Bytes; read once. */
export function pageBytes(): number {
  known ??= fromVector();
  return known;
}

/** The vector is pairs of 64-bit words. */
function fromVector(): number {
  const vector = readFileSync("/proc/self/auxv");
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  throw new Error("/proc/self/auxv tells no page size");
}
