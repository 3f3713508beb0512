/** A quantity that can't be read, as it is written here: `10 seconds` is `10s`, `50rps` is `50/s`, `160Mi` is `160MiB`. */
import type { Parsed } from "./quantities.ts";

/** By what people write for them, in lower case. */
const units: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    us: "µs μs usec usecs microsecond microseconds",
    ms: "msec msecs millis millisecond milliseconds",
    s: "sec secs second seconds",
    m: "min mins minute minutes",
    h: "hr hrs hour hours",
    "/s": "rps qps tps hz per/s /sec /second r/s req/s reqs/s request/s requests/s req/sec requests/sec",
    "/m": "rpm /min /minute r/m req/m req/min requests/min",
    "%": "percent pct",
    pp: "points",
    KiB: "ki kib",
    MiB: "mi mib",
    GiB: "gi gib",
    kB: "kb",
    MB: "mb",
    GB: "gb",
    "": "core cores cpu cpus",
  }).flatMap(([unit, words]) => words.split(" ").map((it) => [it, unit])),
);

/** "did you mean", or null when no way to write it can be read. */
export function meantQuantity(text: string, parse: (text: string) => Parsed<unknown>): string | null {
  const [, digits, unit = ""] = /^(\d{1,15}(?:[.,]\d{1,9})?)\s*([^\d\s]*)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const number = digits.replace(",", ".");
  const lower = unit.toLowerCase();
  const found = [unit, lower, units[unit], units[lower]].find((it) => it !== undefined && parse(`${number}${it}`).ok);
  return found === undefined ? null : `did you mean "${number}${found}"?`;
}
