/** Samples as CSV, one row each: every request by itself, with its own wait for a connection, in microseconds. */

import { addTo, emptySum, type MeasuredSum } from "../../../record/value-buckets.ts";
import { messageOf } from "../../../shared/errors.ts";
import { rowReader } from "./csv.ts";
import type { Intake, Tags } from "./intake.ts";
import { isOther, single } from "./measured.ts";
import type { LoadClock, Output, Total } from "./output.ts";

const flushEveryMs = 100;

export function csvOutput(intake: Intake, clock: LoadClock): Output {
  const rows = createRows(intake, clock.atWall);
  let told = Number.NEGATIVE_INFINITY;
  let fault: string | null = null;
  const reader = rowReader(rows.row);
  return {
    name: "csv=-",
    env: { K6_CSV_TIME_FORMAT: "unix_micro", K6_CSV_SAVE_INTERVAL: `${flushEveryMs}ms` },
    stdout: (chunk) => {
      try {
        reader.write(chunk);
      } catch (error) {
        fault ??= messageOf(error);
      }
      told = clock.now();
    },
    toldUntil: () => told,
    users: rows.users,
    missing: () => fault ?? (reader.rest() === "" ? rows.missing() : `its last row was cut off: ${reader.rest()}`),
    conclude: () => ({}),
    totals: rows.totals,
    close: () => undefined,
  };
}

interface Rows {
  /** Throws when a row contradicts the ones before. */
  readonly row: (fields: readonly string[]) => void;
  readonly users: () => number;
  readonly missing: () => string | null;
  readonly totals: () => Total[];
}

export function createRows(intake: Intake, atWall: (us: number) => number): Rows {
  let columns: Readonly<Record<string, number>> | null = null;
  let users = 0;
  const counted = { requests: 0, whole: 0 };
  /** The duration that the wait of the same request follows. */
  const totals = new Map<string, { readonly fields: readonly string[]; readonly sum: MeasuredSum }>();
  let open: { readonly key: string; readonly answerMs: number } | null = null;

  return {
    row: (fields) => {
      if (columns === null) {
        // Version 1 tells of deprecated flags on stdout first.
        if (fields[0] !== "metric_name") return;
        columns = Object.fromEntries(fields.map((name, i) => [name, i]));
        return;
      }
      const named = columns;
      const at = (column: string) => fields[named[column] ?? -1] ?? "";
      const metric = fields[0] as string;
      const value = Number(fields[2]);
      const timeMs = atWall(Number(fields[1]));
      const what = iterationCounters[metric];
      const part = single(value);
      const series = `${metric},${fields.slice(3).join(",")}`;
      const total = totals.get(series) ?? { fields, sum: emptySum() };
      totals.set(series, total);
      addTo(total.sum, part);
      if (isOther(metric)) intake.measured(metric, at("scenario"), timeMs, part);
      if (what !== undefined) intake.iterations(what, at("scenario"), value, timeMs);
      else if (metric === "vus") users = value;
      else if (metric === "http_reqs") counted.requests += value;
      else if (metric === "http_req_duration") {
        if (open !== null) throw new Error("a request has a duration and no wait for its connection");
        open = { key: keyOf(fields), answerMs: value };
      } else if (metric === "http_req_blocked") {
        if (open?.key !== keyOf(fields))
          throw new Error("a wait for a connection does not follow its request's duration");
        counted.whole++;
        intake.request(tagsOf(at), timeMs, value, open.answerMs);
        open = null;
      }
    },
    users: () => users,
    totals: () =>
      [...totals.values()].map(({ fields, sum }) => ({
        ...sum,
        metric: fields[0] as string,
        tags: new Map(Object.entries(columns ?? {}).map(([name, i]) => [name, fields[i] ?? ""])),
      })),
    missing: () =>
      columns === null
        ? "not even a header"
        : counted.requests === counted.whole
          ? null
          : `k6 counted ${counted.requests} requests and told ${counted.whole}`,
  };
}

const iterationCounters: Readonly<Record<string, Parameters<Intake["iterations"]>[0]>> = {
  dropped_iterations: "dropped",
  iterations: "over",
  shakedown_begun: "begun",
};

const tagsOf = (at: (column: string) => string): Tags => ({
  scenario: at("scenario"),
  name: at("name"),
  status: at("status"),
  errorCode: at("error_code"),
  proto: at("proto"),
});

/** Time and tags: samples of one request have them in common. */
const keyOf = ([, time, , ...tags]: readonly string[]): string => `${time},${tags.join(",")}`;
