/** Reads records. A record that was cut off anywhere stays readable: what can't be read is left out and told. */
import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { hasCode, messageOf, UserError } from "../shared/errors.ts";
import { type JournalLine, journalLine } from "./events.ts";
import { type LatencyLine, latencyLine, type SeriesLine, seriesLine } from "./load-lines.ts";
import { currentSchema, migrated, type RecordFile } from "./migrations.ts";
import { type RunFile, runFile } from "./run-file.ts";

interface ReadLines<Line> {
  readonly lines: readonly Line[];
  /** What was left out, in words. */
  readonly damage: readonly string[];
}

const text = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

const stampOf = (value: unknown, field: "schema" | "v"): number | null => {
  const stamp = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[field] : undefined;
  return Number.isInteger(stamp) && (stamp as number) > 0 ? (stamp as number) : null;
};

/**
 * run.json of a record.
 * @throws UserError when it is missing, no record, or written by a newer schema
 */
export function readRun(dir: string): RunFile {
  const file = join(dir, "run.json");
  const content = text(file);
  if (content === null)
    throw new UserError(`${dir} is not a record: it has no readable run.json`, {
      hint: "`shakedown list` names the records; give the path of one, or its id",
    });
  const raw = parsed(content);
  const version = stampOf(raw, "schema");
  if (version === null)
    throw new UserError(
      `${file} is not the start of a record: ${raw === undefined ? "it is no JSON" : "it has no schema version"}`,
      {
        hint: "a run that was cut off before its first line has nothing to report; remove the folder and run again",
      },
    );
  if (version > currentSchema) {
    const by = z.object({ versions: z.object({ shakedown: z.string() }) }).safeParse(raw).data?.versions.shakedown;
    throw new UserError(
      `${file} has record schema ${version}, written by shakedown ${by ?? "of an unknown version"}; this one reads up to ${currentSchema}`,
      { hint: `read it with shakedown ${by ?? "of a newer version"} or later` },
    );
  }
  const value = migrated("run", version, raw);
  const result = runFile.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(
      `${file} is damaged: ${issue?.path.join(".") || "run.json"}: ${issue?.message ?? "unreadable"}`,
      {
        hint: "restore the file from a copy of the record; without it the record can't be read",
      },
    );
  }
  return value as RunFile;
}

/** The lines of a file that are whole and valid; never throws. `kind` names the file for migrations, `schema` checks a line. */
function readLines<Line>(file: string, kind: Exclude<RecordFile, "run">, schema: z.ZodType): ReadLines<Line> {
  const content = text(file);
  if (content === null) return { lines: [], damage: [`${basename(file)} is missing`] };
  const lines: Line[] = [];
  const bad: number[] = [];
  const rows = content.split("\n");
  const cutOff = rows.at(-1) !== "";
  rows.forEach((row, i) => {
    if (row === "") return;
    const raw = parsed(row);
    const version = stampOf(raw, "v");
    const value = version === null || version > currentSchema ? undefined : migrated(kind, version, raw);
    if (value !== undefined && schema.safeParse(value).success) lines.push(value as Line);
    else bad.push(i + 1);
  });
  const damage: string[] = [];
  if (cutOff && bad.at(-1) === rows.length) {
    bad.pop();
    damage.push(`${basename(file)}: the last line is cut off`);
  }
  if (bad.length > 0)
    damage.push(
      `${basename(file)}: ${bad.length === 1 ? `line ${bad[0]} is` : `${bad.length} lines are (first: ${bad[0]})`} unreadable and left out`,
    );
  return { lines, damage };
}

export const readJournal = (dir: string): ReadLines<JournalLine> =>
  readLines(join(dir, "journal.ndjson"), "journal", journalLine);

/** What the workers said in a trial; `trialDir` is the trial's folder. */
export const readLatency = (trialDir: string): ReadLines<LatencyLine> =>
  readLines(join(trialDir, "latency.ndjson"), "latency", latencyLine);

export const readSeries = (trialDir: string): ReadLines<SeriesLine> =>
  readLines(join(trialDir, "series.ndjson"), "series", seriesLine);

interface ListedRun {
  readonly dir: string;
  readonly scenario: string;
  /** The folder's name: the run's id. */
  readonly id: string;
}

const folders = (dir: string): Dirent[] => {
  try {
    return readdirSync(dir, { withFileTypes: true }).filter((it) => it.isDirectory());
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw new UserError(`${dir} can't be read: ${hasCode(error, "ENOTDIR") ? "it is no folder" : messageOf(error)}`);
  }
};

/**
 * Records below a results folder, newest first; none where there is no such folder. Reads no file: a folder with a run.json is taken for one.
 * @throws UserError when it is no folder, or can't be read
 */
export function listRuns(root: string): readonly ListedRun[] {
  return folders(root)
    .flatMap((scenario) =>
      folders(join(root, scenario.name)).map((it) => ({
        dir: join(root, scenario.name, it.name),
        scenario: scenario.name,
        id: it.name,
      })),
    )
    .filter((it) => existsSync(join(it.dir, "run.json")))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

/**
 * The folder of a run, given as its path, that of a file in it, an id, or the beginning of one id.
 * @throws UserError when nothing fits, or several do
 */
export function findRun(root: string, ref: string): string {
  const path = resolve(ref);
  const dir = existsSync(path) && statSync(path).isFile() ? dirname(path) : path;
  if (existsSync(join(dir, "run.json"))) return dir;
  const all = listRuns(root);
  const exact = all.filter((it) => it.id === ref);
  const fitting = exact.length > 0 || ref === "" ? exact : all.filter((it) => it.id.startsWith(ref));
  if (fitting.length === 1 && fitting[0]) return fitting[0].dir;
  if (fitting.length > 1)
    throw new UserError(`${fitting.length} runs begin with "${ref}"`, {
      hint: `give more of the id: ${fitting
        .slice(0, 5)
        .map((it) => it.id)
        .join(", ")}`,
    });
  throw new UserError(`no run is named "${ref}" below ${root}`, {
    hint: all[0] ? `the newest is ${all[0].id}; \`shakedown list\` names them all` : "nothing was recorded there yet",
  });
}
