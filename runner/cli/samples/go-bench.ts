/** Go benchmark text, as `go test -bench` prints it (golang.org/design/14313-benchmark-format): two files, compared as independent samples. */
import type { SampledMetric } from "../../../reports/verdict/samples/judgement.ts";
import type { MetricKind } from "../../record/metrics.ts";
import type { Margin } from "../../record/scenario.ts";

/** Values by benchmark and unit, in the order of the file. */
export interface GoBenchmarks {
  readonly series: ReadonlyMap<string, Series>;
  /** Units of which the file says which direction is better. */
  readonly better: ReadonlyMap<string, "lower" | "higher">;
  readonly failures: readonly Failure[];
}

/** A line that says, or shows, that something did not come to its end: the values before it are those that went well. */
interface Failure {
  readonly line: number;
  readonly text: string;
  /** Empty: of any. */
  readonly from: string;
  /** Null: of any benchmark. */
  readonly name: string | null;
}

interface Series {
  readonly unit: string;
  readonly values: number[];
}

/** `BenchmarkName-8   1000   1234 ns/op   12 B/op`: a name, the iterations, then values with their units. */
const RESULT = /^Benchmark(\S*)\s+\d+(?:\s+(\S.*))?$/;
/** go has begun the line of a result when it finds that there is none. */
const FAILED = /(?:^|\s)--- FAIL: Benchmark(\S*)/;
/** Of a package (`FAIL\tencoding\t9s`), or bare: by its tests, and once more after all packages. */
const ENDED = /^(FAIL|ok)(?:\s+(\S+)|$)/;
const PANIC = /^panic: /;
const UNIT = /^Unit\s+(\S+)\s+(.*)$/;
const PACKAGE = /^pkg:\s*(\S+)/;

export function parseGoBenchmarks(text: string): GoBenchmarks {
  const series = new Map<string, Series>();
  const better = new Map<string, "lower" | "higher">();
  const failures: Failure[] = [];
  let from = "";
  /** A package has come to its end, and no other begun. */
  let over = false;
  for (const [i, written] of text.split("\n").entries()) {
    const line = written.trimEnd();
    const begun = PACKAGE.exec(line)?.[1];
    if (begun !== undefined) over = false;
    from = begun ?? from;
    const fail = (name: string | null, of = from) =>
      failures.push({ line: i + 1, text: line.trim().slice(0, LONGEST), from: of, name });
    const failed = FAILED.exec(line)?.[1];
    if (failed !== undefined) {
      fail(failed);
      continue;
    }
    if (PANIC.test(line)) fail(null);
    const [, end, ended] = ENDED.exec(line) ?? [];
    if (end === "FAIL") {
      const of = ended ?? (over ? "" : from);
      // What was told with a name, or of the package, is all that this line repeats.
      if (!failures.some((it) => of === "" || it.from === "" || it.from === of)) fail(null, of);
    }
    over ||= ended !== undefined;
    const [, named, said] = UNIT.exec(line) ?? [];
    const direction = /(?:^|\s)better=(lower|higher)(?:\s|$)/.exec(said ?? "")?.[1];
    if (named !== undefined && direction !== undefined) better.set(named, direction as "lower" | "higher");
    const [, name, rest] = RESULT.exec(line) ?? [];
    if (name === undefined) continue;
    const values = valuesIn(rest ?? "");
    if (values === null) fail(name);
    for (const { value, unit } of values ?? []) {
      // Benchmarks of two packages may share a name.
      const key = JSON.stringify([from, name, unit]);
      const known = series.get(key);
      if (known === undefined) series.set(key, { unit, values: [value] });
      else known.values.push(value);
    }
  }
  return { series, better, failures };
}

/** Of a line that is quoted, as many characters as say what it is. */
const LONGEST = 100;

/** Null: not all of it can be read. */
function valuesIn(text: string): { readonly value: number; readonly unit: string }[] | null {
  const words = text.split(/\s+/);
  if (words.length % 2 !== 0) return null;
  const values = Array.from({ length: words.length / 2 }, (_, i) => ({
    ...{ value: Number(words[2 * i]), unit: words[2 * i + 1] as string },
  }));
  return values.every((it) => Number.isFinite(it.value)) ? values : null;
}

interface GoComparison {
  readonly metrics: readonly SampledMetric[];
  /** Benchmarks that only the new file has: nothing to compare them with. */
  readonly added: readonly string[];
  /** Failures of the new file that no metric tells of. */
  readonly untold: readonly Failure[];
}

/** What the old file has and the new one has not stays a metric, without a value: it can't pass. */
export function compareGoBenchmarks(
  old: GoBenchmarks,
  now: GoBenchmarks,
  marginOf: (unit: string) => Margin,
): GoComparison {
  const keys = [...old.series.keys()];
  const packages = new Set([...keys, ...now.series.keys()].map((it) => (JSON.parse(it) as string[])[0]));
  const nameOf = (key: string): string => {
    const [from, name, unit] = JSON.parse(key) as [string, string, string];
    return `${packages.size > 1 && from !== "" ? `${from}.` : ""}${name} ${unit}`;
  };
  const metrics = keys.map((key): SampledMetric => {
    const { unit, values } = old.series.get(key) as Series;
    const better = now.better.get(unit) ?? old.better.get(unit) ?? directionOf(unit);
    return {
      ...{
        name: nameOf(key),
        unit,
        better,
        kind: kindOf(unit),
        margin: marginOf(unit),
        floor: floors[unit] ?? 0,
        advisory: false,
      },
      ...{ paired: false, baseline: values, candidate: now.series.get(key)?.values ?? [] },
      obstacle: obstacleOf(key, old, now),
    };
  });
  return {
    metrics,
    added: [...now.series.keys()].filter((it) => !old.series.has(it)).map(nameOf),
    untold: now.failures.filter((it) => !keys.some((key) => concerns(it, key))),
  };
}

function obstacleOf(key: string, old: GoBenchmarks, now: GoBenchmarks): string | null {
  const first = (it: GoBenchmarks): Failure | undefined => it.failures.find((failure) => concerns(failure, key));
  const [before, after] = [first(old), first(now)];
  const told = (it: Failure, file: string): string => `line ${it.line} of the ${file} file is no result: "${it.text}"`;
  return after !== undefined ? told(after, "new") : before !== undefined ? told(before, "old") : null;
}

/** A benchmark takes its parts with it: `X-8` also `X/small-8`. Without a line of its package it may be of any. */
function concerns({ from, name }: Failure, key: string): boolean {
  const [of, benchmark] = JSON.parse(key) as [string, string, string];
  if (from !== "" && of !== "" && from !== of) return false;
  return name === null || name === benchmark || benchmark.startsWith(`${name.replace(/-\d+$/, "")}/`);
}

/** Rates (`MB/s`, `req/s`) are better higher; times, sizes and counts lower. A `Unit` line of the file says otherwise. */
const directionOf = (unit: string): "lower" | "higher" => (/\/s(?:ec)?$/.test(unit) ? "higher" : "lower");

const kinds: Readonly<Record<string, MetricKind>> = { "ns/op": "latency", "B/op": "memory", "MB/s": "throughput" };
const kindOf = (unit: string): MetricKind | null => kinds[unit] ?? null;

/** One byte or one allocation is the smallest step there is: a benchmark without any is compared by the difference. */
const floors: Readonly<Record<string, number>> = { "B/op": 1, "allocs/op": 1 };
