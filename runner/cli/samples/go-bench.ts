/** Go benchmark text, as `go test -bench` prints it (golang.org/design/14313-benchmark-format): two files, compared as independent samples. */
import type { SampledMetric } from "../../../reports/verdict/samples-judgement.ts";
import type { MetricKind } from "../../record/metrics.ts";
import type { Margin } from "../../record/scenario.ts";

/** Values by benchmark and unit, in the order of the file. */
export interface GoBenchmarks {
  readonly series: ReadonlyMap<string, Series>;
  /** Units of which the file says which direction is better. */
  readonly better: ReadonlyMap<string, "lower" | "higher">;
}

interface Series {
  readonly unit: string;
  readonly values: number[];
}

/** `BenchmarkName-8   1000   1234 ns/op   12 B/op`: a name, the iterations, then values with their units. */
const RESULT = /^Benchmark(\S*)\s+\d+\s+(\S.*)$/;
const UNIT = /^Unit\s+(\S+)\s+(.*)$/;
const PACKAGE = /^pkg:\s*(\S+)/;

export function parseGoBenchmarks(text: string): GoBenchmarks {
  const series = new Map<string, Series>();
  const better = new Map<string, "lower" | "higher">();
  let from = "";
  for (const line of text.split("\n")) {
    from = PACKAGE.exec(line)?.[1] ?? from;
    const [, named, said] = UNIT.exec(line) ?? [];
    const direction = /(?:^|\s)better=(lower|higher)(?:\s|$)/.exec(said ?? "")?.[1];
    if (named !== undefined && direction !== undefined) better.set(named, direction as "lower" | "higher");
    const [, name, rest] = RESULT.exec(line.trimEnd()) ?? [];
    if (name === undefined || rest === undefined) continue;
    const words = rest.split(/\s+/);
    for (let i = 0; i + 1 < words.length; i += 2) {
      const value = Number(words[i]);
      const unit = words[i + 1] as string;
      if (words[i] === "" || !Number.isFinite(value)) break;
      // Benchmarks of two packages may share a name.
      const key = JSON.stringify([from, name, unit]);
      const known = series.get(key);
      if (known === undefined) series.set(key, { unit, values: [value] });
      else known.values.push(value);
    }
  }
  return { series, better };
}

export interface GoComparison {
  readonly metrics: readonly SampledMetric[];
  /** Benchmarks that only the new file has: nothing to compare them with. */
  readonly added: readonly string[];
}

/** What the old file has and the new one has not stays a metric, without a value: it can't pass. */
export function compareGoBenchmarks(old: GoBenchmarks, now: GoBenchmarks, margin: Margin): GoComparison {
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
      ...{ name: nameOf(key), unit, better, kind: kindOf(unit), margin, floor: floors[unit] ?? 0, advisory: false },
      ...{ paired: false, baseline: values, candidate: now.series.get(key)?.values ?? [] },
    };
  });
  return { metrics, added: [...now.series.keys()].filter((it) => !old.series.has(it)).map(nameOf) };
}

/** Rates (`MB/s`, `req/s`) are better higher; times, sizes and counts lower. A `Unit` line of the file says otherwise. */
const directionOf = (unit: string): "lower" | "higher" => (/\/s(?:ec)?$/.test(unit) ? "higher" : "lower");

const kinds: Readonly<Record<string, MetricKind>> = { "ns/op": "latency", "B/op": "memory", "MB/s": "throughput" };
const kindOf = (unit: string): MetricKind | null => kinds[unit] ?? null;

/** One byte or one allocation is the smallest step there is: a benchmark without any is compared by the difference. */
const floors: Readonly<Record<string, number>> = { "B/op": 1, "allocs/op": 1 };
