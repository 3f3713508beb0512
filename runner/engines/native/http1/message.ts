/** The bytes of a complete HTTP/1.1 answer taken apart, for somebody who wants to look into it. */
import { type Answer, answer, type Field, type Kept } from "../answer.ts";
import { endsInChunks } from "./head.ts";

/** Of bytes that the parser has found to be one complete answer. */
export function answerOf(kept: Kept): Answer {
  const bytes = Buffer.concat(kept.parts);
  let from = 0;
  let head = headAt(bytes, from);
  while (head !== null && head.status < 200 && head.status !== 101) {
    from = head.end;
    head = headAt(bytes, from);
  }
  // Only when interim answers alone have used up the room.
  if (head === null) return answer(0, [], Buffer.alloc(0), true);
  const coding = head.fields.findLast(([name]) => name === "transfer-encoding")?.[1] ?? "";
  const rest = bytes.subarray(head.end);
  return answer(head.status, head.fields, endsInChunks(coding) ? joined(rest) : rest, kept.isCut);
}

interface Head {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly end: number;
}

const [LF, CR] = [10, 13] as const;

/** Null when it is not all there. */
function headAt(bytes: Buffer, from: number): Head | null {
  const lines: string[] = [];
  for (let at = from; ; ) {
    const newline = bytes.indexOf(LF, at);
    if (newline < 0) return null;
    const line = bytes.toString("latin1", at, bytes[newline - 1] === CR ? newline - 1 : newline);
    at = newline + 1;
    if (line === "") return { status: Number(lines[0]?.slice(9, 12)), fields: lines.slice(1).map(fieldOf), end: at };
    // White space at its beginning: the line before goes on (obsolete, but allowed).
    if (/^[ \t]/.test(line) && lines.length > 1) lines.push(`${lines.pop()} ${line.trim()}`);
    else lines.push(line);
  }
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** The data of chunks; of what was cut off, as much as is there. */
function joined(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const newline = bytes.indexOf(LF, at);
    const size = newline < 0 ? 0 : Number.parseInt(bytes.toString("latin1", at, newline), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(newline + 1, newline + 1 + size));
    at = newline + 1 + size + 2;
  }
}
