/** Steps from each schema version of the record to the next: every version ever written stays readable. */

export const currentSchema = 1;

export type RecordFile = "run" | "journal" | "latency" | "series";

/** Turns what version `from` wrote into what version `from + 1` would have written. `value` is one parsed file or line. */
interface Migration {
  readonly from: number;
  readonly step: (file: RecordFile, value: unknown) => unknown;
}

/** In order, without gaps: a new schema version adds its step here and a golden record to the tests. */
const steps: readonly Migration[] = [];

/** What `version` wrote, as the current version would have written it. */
export const migrated = (
  file: RecordFile,
  version: number,
  value: unknown,
  through: readonly Migration[] = steps,
): unknown => through.filter((it) => it.from >= version).reduce((older, { step }) => step(file, older), value);
