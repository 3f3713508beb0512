/** What an instance wrote: the beginning in a file, the end in memory. */
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";

/** Bytes kept in the file of one instance; what comes later is only in the tail. */
const fileBytes = 1024 * 1024;
const tailBytes = 4096;
const newline = 0x0a;
/** Longer ones are written in parts. */
const longestLine = 64 * 1024;

export interface Output {
  readonly from: (stream: Readable) => void;
  /** The last complete lines, at most `bytes` (up to 4096) of them. */
  readonly tail: (bytes: number) => string;
  /** The same of the process before, when this one has said nothing yet. */
  readonly lastWords: (bytes: number) => string;
  /** A new process speaks from here on: the tail is its own. */
  readonly turn: () => void;
  /** Resolves when the file is written. A full disk loses output, nothing else. */
  readonly close: () => Promise<void>;
}

/** Redacted: each line before it reaches the file, the tail before it is cut, which could leave the end of a secret. */
export function keepOutput(path: string, redact: (text: string) => string): Output {
  const file = createWriteStream(path, { flags: "a" });
  let left = fileBytes;
  let line: Buffer = Buffer.alloc(0);
  let end: Buffer = Buffer.alloc(0);
  let before: Buffer = end;
  file.on("error", () => {
    left = 0;
  });
  const clean = (said: Buffer) => Buffer.from(redact(said.toString("utf8")));
  const keep = (chunk: Buffer) => {
    end = Buffer.concat([end, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
    if (left <= 0) return;
    const said = Buffer.concat([line, chunk]);
    const whole = said.length > longestLine ? said.length : said.lastIndexOf(newline) + 1;
    line = said.subarray(whole);
    if (whole > 0) write(said.subarray(0, whole));
  };
  const write = (lines: Buffer) => {
    const shown = clean(lines);
    file.write(shown.subarray(0, left));
    left -= shown.length;
    if (left <= 0) file.write(`\n(cut: only the first ${fileBytes / 1024} KiB are kept)\n`);
  };
  return {
    from: (stream) => void stream.on("data", keep).on("error", () => undefined),
    tail: (bytes) => lastLines(clean(end), bytes),
    lastWords: (bytes) => lastLines(clean(end.length > 0 ? end : before), bytes),
    turn: () => {
      if (end.length > 0) before = end;
      end = Buffer.alloc(0);
    },
    close: () =>
      new Promise((resolve) => {
        if (line.length > 0 && left > 0) write(line);
        line = Buffer.alloc(0);
        if (file.destroyed || file.errored !== null) resolve();
        else file.once("close", resolve).end();
      }),
  };
}

/** A line that does not fit is cut at its front; a first line that is not whole is left out if others follow. */
function lastLines(bytes: Buffer, most: number): string {
  const text = bytes.subarray(-most).toString("utf8");
  const cut = bytes.length > most || bytes.length === tailBytes ? text.indexOf("\n") + 1 : 0;
  return (cut < text.length ? text.slice(cut) : text).trimEnd();
}
