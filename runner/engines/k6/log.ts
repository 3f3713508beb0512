/** What k6 says on stderr (`--log-format=json`): what breaks the trial, and what is worth a remark, each once. */
import { parseLine } from "../../shared/lines.ts";
import { expired, notYetValid } from "../../shared/tls.ts";

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

interface Heard {
  /** Why a request was not sent, where k6's error code does not say it (any other error has 1000, too). */
  readonly trouble: (reason: string) => void;
  /** k6 is at a limit of its own, in its words. */
  readonly exhausted: (text: string) => void;
}

/** Of what Go says when a connection can't be made for want of something here. */
const ownLimit =
  /\bdial\b.*: (too many open files|cannot assign requested address|no buffer space available|cannot allocate memory)/;

const validity: readonly (readonly [RegExp, string])[] = [
  [/x509: certificate has expired or is not yet valid: current time \S+ is before/, notYetValid],
  [/x509: certificate has expired or is not yet valid/, expired],
];

export function createLog({ trouble, exhausted }: Heard): K6Log {
  const said = new Map<string, number>();
  let errors: string[] = [];
  let lost: string | null = null;
  return {
    hear: (line) => {
      const entry = parseLine(line) as { level?: unknown; msg?: unknown; error?: unknown; source?: unknown } | null;
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
      const isScripts = isEntry && entry.source === "console";
      if (!isScripts) {
        if (ownLimit.test(text)) exhausted(text);
        const reason = validity.find(([pattern]) => pattern.test(text))?.[1];
        if (reason !== undefined) return trouble(reason);
      }
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
