/** Rows of CSV as Go writes them, cut into chunks anywhere; and what contradicts itself. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { createRows } from "../../runner/engines/k6/samples/by-csv.ts";
import { rowReader } from "../../runner/engines/k6/samples/csv.ts";
import type { Intake } from "../../runner/engines/k6/samples/intake.ts";

/** encoding/csv of Go: quotes what has a comma, a quote, a line break, or white space at its start. */
const written = (field: string): string =>
  field !== "" && (/[",\r\n]/.test(field) || /^\s/.test(field)) ? `"${field.replaceAll('"', '""')}"` : field;

// A row of one empty field is an empty line, which k6 never writes.
const row = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "😀", ",", '"', "\n", " ", "1") }), {
  minLength: 2,
  maxLength: 6,
});

test.prop([fc.array(row, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 })])(
  "every row comes out as it went in, wherever the chunks end",
  (rows, cuts) => {
    const bytes = Buffer.from(rows.map((it) => `${it.map(written).join(",")}\n`).join(""));
    const at = [0, ...cuts.map((it) => it % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const seen: string[][] = [];
    const reader = rowReader((fields) => seen.push(fields));
    for (const [i, start] of at.entries()) reader.write(bytes.subarray(start, at[i + 1] ?? bytes.length));
    expect(seen).toEqual(rows);
    expect(reader.rest()).toBe("");
  },
);

const header = ["metric_name", "timestamp", "metric_value", "name", "scenario", "status", "extra_tags", "metadata"];
const sample = (metric: string, value: string, status = "200") => [
  ...[metric, "1000000", value, "buy", "steady", status, "", ""],
];

const quiet: Omit<Intake, "request"> = {
  iterations: () => undefined,
  measured: () => undefined,
  knowsPhaseOf: () => true,
  overIn: () => 0,
  counted: () => ({ over: 0, begun: 0, dropped: 0 }),
  remarks: () => [],
};

function taken(rows: readonly (readonly string[])[]) {
  const requests: unknown[] = [];
  const intake: Intake = { ...quiet, request: (...it) => requests.push(it) };
  const reader = createRows(intake, (us) => us / 1000);
  for (const it of [header, ...rows]) reader.row(it);
  return { requests, missing: reader.missing() };
}

test("a request is its duration and the wait that follows it", () => {
  const whole = [sample("http_reqs", "1"), sample("http_req_duration", "20.5"), sample("http_req_blocked", "0.5")];
  expect(taken(whole)).toEqual({
    requests: [[{ scenario: "steady", name: "buy", status: "200", errorCode: "", proto: "" }, 1000, 0.5, 20.5]],
    missing: null,
  });
});

test("what k6 says before the header is no row, and without one nothing was told", () => {
  const intake = { ...quiet, request: () => undefined };
  const reader = createRows(intake, (us) => us / 1000);
  reader.row(["Flag --no-summary has been deprecated", " use another"]);
  expect(reader.missing()).toBe("not even a header");
  reader.row(header);
  expect(reader.missing()).toBeNull();
});

test("a request of which a part is missing breaks the load", () => {
  expect(taken([sample("http_reqs", "1")]).missing).toBe("k6 counted 1 requests and told 0");
  const stranger = [sample("http_req_duration", "20"), sample("http_req_blocked", "1", "500")];
  expect(() => taken(stranger)).toThrow(/does not follow its request's duration/);
  const twice = [sample("http_req_duration", "20"), sample("http_req_duration", "20")];
  expect(() => taken(twice)).toThrow(/no wait for its connection/);
});
