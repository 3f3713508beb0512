/** Newline-delimited JSON over streams: how harness, workers, router and watchdog talk. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Calls `onLine` for each complete line (without its newline), also for an unfinished last one when the stream ends. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") onLine(part);
  });
  stream.on("end", () => {
    const last = rest + decoder.end();
    rest = "";
    if (last !== "") onLine(last);
  });
}

/** What a line says; null when it is not JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
