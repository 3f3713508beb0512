/** A file that only grows: whole lines, and a torn one never spoils the next. */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { hasCode } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";

export interface AppendFile {
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
