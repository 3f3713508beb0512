/** What k6 says on stderr (`--log-format=json`): what breaks the trial, and what is worth a remark, each once. */
import { parseLine } from "../../shared/lines.ts";

/** Different remarks that are kept. */
const most = 5;
const longest = 500;

export interface K6Log {
  readonly hear: (line: string) => void;
  /** Samples that never reached us: the record of this worker is not whole. */
  readonly lostSamples: () => string | null;
  /** Its last errors, for a message about its end. */
  readonly errors: () => string;
  /** Errors and warnings, with how often each came. */
  readonly remarks: () => string[];
}

export function createLog(): K6Log {
  const said = new Map<string, number>();
  let errors: string[] = [];
  let lost: string | null = null;
  return {
    hear: (line) => {
      const entry = parseLine(line) as { level?: unknown; msg?: unknown; error?: unknown } | null;
      const isEntry = typeof entry === "object" && entry !== null;
      const level = isEntry ? String(entry.level) : "error";
      if (!["warning", "error", "fatal", "panic"].includes(level)) return;
      const text = isEntry
        ? [entry.msg, entry.error]
            .filter((it) => it !== undefined)
            .map(String)
            .join(": ")
        : line;
      // Late is not lost: what it tells is cumulative, and its counts are proved at the end.
      if (/^Successful flushed time series/.test(text)) return;
      // By us: that k6 was stopped is told with what it was at.
      if (/^test run stopped from REST API/.test(text)) return;
      if (/Failed to send the time series data|CSV: Error writing/.test(text)) lost ??= text;
      if (level !== "warning") errors = [...errors, text.slice(0, longest)].slice(-most);
      const short = text.trim().slice(0, longest);
      if (said.has(short) || said.size < most) said.set(short, (said.get(short) ?? 0) + 1);
    },
    lostSamples: () => lost,
    errors: () => errors.join("; "),
    remarks: () => [...said].map(([text, times]) => `k6 said: ${text}${times > 1 ? ` (${times} times)` : ""}`),
  };
}
