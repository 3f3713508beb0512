/** What k6 means by its exit codes (errext/exitcodes/codes.go). Codes alone prove nothing: exceptions in iterations end with 0. */

/** Of a k6 that came to the end of its scenarios; 99 and 110 are the script's own judgement, which is shown and does not decide. */
const finished: Readonly<Record<number, string | null>> = {
  0: null,
  99: "a threshold of the script was crossed",
  110: "the script called test.fail()",
};

const why: Readonly<Record<number, string>> = {
  97: "its cloud run failed",
  98: "it could not follow its cloud run",
  100: "setup() took longer than its setupTimeout",
  101: "teardown() took longer than its teardownTimeout",
  102: "something took longer than its timeout",
  103: "it was stopped through its API",
  104: "it refuses the options",
  105: "it was ended by a signal",
  106: "the port of its API was taken",
  107: "the script threw an exception while it was loaded, in setup() or in teardown()",
  108: "the script called test.abort()",
  109: "it crashed (a Go panic)",
  255: "it does not understand its command line, or a file is missing",
};

export interface K6Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Null: the load ran to its end, or to where we stopped it. Else why it did not, in words. */
export function failureOf({ code, signal }: K6Exit, stoppedByUs = false): string | null {
  if (stoppedByUs && code === 103) return null;
  if (signal !== null) return `k6 was killed by ${signal}`;
  if (code !== null && code in finished) return null;
  return `k6 ended with exit code ${code}: ${why[code ?? -1] ?? "a code that it does not document"}`;
}

/** What the script itself thought of the run; null when it thought nothing. */
export const remarkOf = ({ code }: K6Exit): string | null => finished[code ?? -1] ?? null;
