/** What lies in a run's folder beside its record and bears on its judgement: copies, so that a report can be made again anywhere. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type AaSession, readAaSessions } from "../../reports/baseline/aa-session.ts";
import { type StoredBaseline, serialize } from "../../reports/baseline/format.ts";
import { readBaseline } from "../../reports/baseline/read.ts";
import type { Between } from "../../reports/history/between.ts";
import { type Confirmation, confirmationSchema } from "../../reports/verdict/confirmation.ts";
import type { JudgeOptions } from "../../reports/verdict/judge-options.ts";
import { UserError } from "../shared/errors.ts";
import { writeWhole } from "../shared/files.ts";
import { toLine } from "../shared/lines.ts";

const calibration = "calibration.ndjson";
const confirmation = "confirmation.json";
const baseline = "baseline.json";
const drift = "drift.json";

/** What the run is compared with, as it was when it began. */
export const keepBaseline = (dir: string, stored: StoredBaseline): void =>
  writeWhole(join(dir, baseline), serialize(stored));

export const hasBaseline = (dir: string): boolean => existsSync(join(dir, baseline));

/** How far sessions of its history lay apart when the run began, by condition key. */
export function keepDrift(dir: string, between: Readonly<Record<string, Between>>): void {
  if (Object.keys(between).length > 0) writeWhole(join(dir, drift), `${JSON.stringify(between, null, 2)}\n`);
}

/** The A/A sessions that were known when the run ended. */
export function keepSessions(dir: string, sessions: readonly AaSession[]): void {
  if (sessions.length > 0) writeWhole(join(dir, calibration), sessions.map(toLine).join(""));
}

/** What an independent second session said of a regression. */
export const keepConfirmation = (dir: string, second: Confirmation): void =>
  writeWhole(join(dir, confirmation), `${JSON.stringify(second, null, 2)}\n`);

/** @throws UserError for a file that can't be read: it is not the same as none */
export function readBeside(dir: string): Pick<JudgeOptions, "against" | "between" | "calibration" | "confirmation"> {
  const sessions = readAaSessions(textOf(dir, calibration) ?? "");
  const second = textOf(dir, confirmation);
  const apart = textOf(dir, drift);
  const between = apart === null ? {} : parsed(betweens, apart);
  const broken = [
    ...sessions.problems.map((it) => `${calibration}: ${it}`),
    ...(second === null || parsed(confirmationSchema, second) !== null ? [] : [`${confirmation} can't be read`]),
    ...(between === null ? [`${drift} can't be read`] : []),
  ];
  if (broken.length > 0) {
    throw new UserError(`${dir}: ${broken.join("; ")}`, { hint: "delete the file to judge without it" });
  }
  return {
    against: baselineIn(dir),
    between: (key) => between?.[key] ?? null,
    calibration: sessions.sessions,
    confirmation: second === null ? null : parsed(confirmationSchema, second),
  };
}

function baselineIn(dir: string): StoredBaseline | null {
  const text = textOf(dir, baseline);
  const mend = "restore it from a copy of the record, or run again and: shakedown baseline accept <run>";
  return text === null ? null : readBaseline(text, join(dir, baseline), mend);
}

const textOf = (dir: string, name: string): string | null =>
  existsSync(join(dir, name)) ? readFileSync(join(dir, name), "utf8") : null;

const betweens = z.record(z.string(), z.object({ sd: z.number().min(0), sessions: z.int().min(2) }));

/** Null for anything else than what the schema wants. */
function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
