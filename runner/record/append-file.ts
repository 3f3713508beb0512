/** A file that only grows: whole lines, and a torn one never spoils the next. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { hasCode } from "../shared/errors.ts";
import { makeFolder } from "../shared/files.ts";
import type { Host } from "../shared/host.ts";
import { toLine } from "../shared/lines.ts";

interface AppendFile {
  /** @throws what the file system throws; the next line then starts on a line of its own */
  readonly append: (text: string, durable: boolean) => void;
  readonly close: () => void;
}

export const isDiskFull = (error: unknown): boolean => hasCode(error, "ENOSPC", "EDQUOT", "EFBIG");

/** Opens or creates; a last line that was cut off by a crash is closed first, so that nothing is glued to it. */
export function openAppend(host: Pick<Host, "appendDurable">, path: string, endsWhole: boolean): AppendFile {
  const fd = openSync(path, "a");
  let torn = !endsWhole;
  let open = true;

  const rest = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  };

  return {
    append(text, durable) {
      const bytes = Buffer.from(torn ? `\n${text}` : text);
      const before = fstatSync(fd).size;
      try {
        if (durable) host.appendDurable(fd, bytes.toString());
        else rest(bytes);
        // A disk that fills up may take the beginning of a line without an error.
        const written = fstatSync(fd).size - before;
        if (written < bytes.length) rest(bytes.subarray(written));
        torn = false;
      } catch (error) {
        torn ||= fstatSync(fd).size > before;
        throw error;
      }
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/**
 * Adds lines to a file that several runs share, in one write and on lines of their own: two that write at once, or one that is cut
 * off, spoil nothing but themselves. On the disk when it returns; makes the file and its folder.
 * @throws what the file system throws
 */
export function appendLines(host: Pick<Host, "appendDurable">, path: string, lines: readonly object[]): void {
  if (lines.length === 0) return;
  makeFolder(dirname(path));
  const file = openAppend(host, path, endsWhole(path));
  try {
    file.append(lines.map(toLine).join(""), true);
  } finally {
    file.close();
  }
}

/** Empty, or its last byte ends a line. */
function endsWhole(path: string): boolean {
  const fd = openSync(path, "a+");
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last.toString() === "\n");
  } finally {
    closeSync(fd);
  }
}
