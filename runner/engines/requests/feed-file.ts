/** A file of rows that fill in templates: CSV with a header, or JSON lines. Its problems name file and line, never what a row holds. */
import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type CsvError, parse } from "csv-parse/sync";
import { messageOf } from "../../shared/errors.ts";

export interface Feed {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** Of each row: the line where it begins, from 1. */
  readonly lines: readonly number[];
}

export type FeedRead =
  | { readonly ok: true; readonly feed: Feed }
  | { readonly ok: false; readonly message: string; readonly hint: string | null };

/** Every worker holds all rows in memory. */
export const maxFeedBytes = 16 * 2 ** 20;

/** @param shown the file's name for messages */
export function readFeed(path: string, shown: string): FeedRead {
  const fail = (message: string, hint: string | null = null): FeedRead => ({ ok: false, message, hint });
  let bytes: Buffer;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return fail(`expected a file of rows, ${shown} is none`);
    if (stat.size > maxFeedBytes) {
      const size = (stat.size / 2 ** 20).toFixed(1);
      return fail(
        `expected a feed of at most ${maxFeedBytes / 2 ** 20} MiB, ${shown} has ${size} MiB`,
        "every worker holds all of it in memory: take a part of its rows",
      );
    }
    bytes = readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return fail(
      missing ? `there is no file ${shown}` : `${shown} can't be read: ${messageOf(error)}`,
      missing ? `looked for ${path}` : null,
    );
  }
  try {
    const table = /\.csv$/i.test(shown) ? readCsv(bytes) : readJsonLines(bytes);
    if (table.rows.length === 0) return fail(`${shown} has no rows`);
    return { ok: true, feed: { sha256: hash("sha256", bytes), ...table } };
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    return fail(`${shown}:${error.line}: ${error.message}`, error.hint);
  }
}

export const isFeedName = (file: string): boolean => /\.(csv|jsonl|ndjson)$/i.test(file);

class RowProblem extends Error {
  readonly line: number;
  readonly hint: string | null;
  constructor(line: number, message: string, hint: string | null = null) {
    super(message);
    this.line = line;
    this.hint = hint;
  }
}

type Table = Omit<Feed, "sha256">;

function checkText(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new RowProblem(1, "expected UTF-8 text, found other bytes", "save the file as UTF-8");
}

/** `info.bytes`: where the row ends. The library counts lines too, but a line break of two characters in quotes twice. */
interface Row {
  readonly record: string[];
  readonly info: { readonly bytes: number };
}

function readCsv(bytes: Buffer): Table {
  checkText(bytes);
  const lineAfter = lineCounter(bytes);
  let found: Row[];
  try {
    // The number of values is looked at here: the library's own message would show the row.
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
    found = parse(bytes, options) as unknown as Row[];
  } catch (error) {
    const { code, bytes: end } = error as CsvError & { readonly bytes: number };
    const hint = 'a value with quotes in it is written "like ""this"""';
    throw new RowProblem(lineAfter(end), csvProblems[code] ?? `no CSV (${code})`, hint);
  }
  const [header, ...rows] = found;
  if (header === undefined) return { columns: [], rows: [], lines: [] };
  const columns = header.record;
  checkColumns(columns, lineAfter(0));
  const lines = rows.map((_, i) => lineAfter((found[i] as Row).info.bytes));
  for (const [i, { record }] of rows.entries()) {
    if (record.length === columns.length) continue;
    throw new RowProblem(
      lines[i] as number,
      `expected ${columns.length} values as in the header, found ${record.length}`,
    );
  }
  return { columns, rows: rows.map((it) => it.record), lines };
}

/** The line, from 1, of the first row that begins at an offset or after it; to be asked for growing offsets. */
function lineCounter(bytes: Buffer): (from: number) => number {
  let at = 0;
  let line = 1;
  return (from) => {
    for (; at < from || bytes[at] === LF || bytes[at] === CR; at++) if (bytes[at] === LF) line++;
    return line;
  };
}
const [LF, CR] = [10, 13] as const;

const csvProblems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and never closed",
  CSV_INVALID_CLOSING_QUOTE: "something follows a closing quote",
  INVALID_OPENING_QUOTE: "a quote stands inside a value that has no quotes around it",
};

function readJsonLines(bytes: Buffer): Table {
  const rows: string[][] = [];
  const lines: number[] = [];
  let columns: readonly string[] = [];
  checkText(bytes);
  for (const [i, text] of bytes
    .toString()
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (text.trim() === "") continue;
    const line = i + 1;
    const fields = objectOf(text, line);
    if (rows.length === 0) {
      columns = Object.keys(fields);
      checkColumns(columns, line);
    }
    const missing = columns.find((it) => !Object.hasOwn(fields, it));
    const extra = Object.keys(fields).find((it) => !columns.includes(it));
    if (missing !== undefined) throw new RowProblem(line, `expected a field "${missing}" as in the lines before`);
    if (extra !== undefined) throw new RowProblem(line, `the lines before have no field "${extra}"`);
    rows.push(columns.map((it) => scalar(fields[it], it, line)));
    lines.push(line);
  }
  return { columns, rows, lines };
}

function objectOf(text: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RowProblem(line, "expected a JSON object on one line");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RowProblem(line, "expected a JSON object on one line");
  }
  return value as Readonly<Record<string, unknown>>;
}

function scalar(value: unknown, column: string, line: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new RowProblem(line, `expected a text, a number or a truth value in "${column}"`);
}

/** What a reference can name, in any text that it may stand in. */
function checkColumns(columns: readonly string[], line: number): void {
  for (const [i, column] of columns.entries()) {
    if (!/^[^"\\{}\p{Cc}]+$/u.test(column)) {
      throw new RowProblem(
        line,
        `column ${i + 1} has no usable name`,
        "names are texts without quotes, backslashes and braces",
      );
    }
    if (columns.indexOf(column) < i) throw new RowProblem(line, `two columns are named "${column}"`);
  }
}
