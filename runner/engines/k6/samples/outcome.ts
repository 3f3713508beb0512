/** What became of a request, by the tags that k6 gives its samples. */
import type { Outcome } from "../../../record/outcomes.ts";
import { noTls, otherName, unknownAuthority } from "../../../shared/tls.ts";

/** k6's error codes (lib/netext/httpext/error_codes.go), the first range that holds one counts. */
const byCode: readonly (readonly [from: number, to: number, Outcome])[] = [
  [1050, 1050, "timeout"],
  [1000, 1019, "lost"],
  [1020, 1199, "connect"],
  [1200, 1209, "reset"],
  [1210, 1219, "connect"],
  [1220, 1299, "reset"],
  [1300, 1399, "connect"],
  [1600, 1799, "protocol"],
];

/**
 * @param status    HTTP status; 0 or nothing when there was no answer
 * @param errorCode nothing for an answer that is no error to k6
 */
export function outcomeOf(status: string, errorCode: string): Outcome {
  const code = Number(errorCode || 0);
  const found = byCode.find(([from, to]) => from <= code && code <= to);
  if (found !== undefined) return found[2];
  const answered = Number(status || 0);
  if (answered >= 100 && answered < 400) return "ok";
  if (answered >= 400 && answered < 500) return "4xx";
  if (answered >= 500 && answered < 600) return "5xx";
  return answered === 0 ? "lost" : "protocol";
}

const tlsReasons: Readonly<Record<string, string>> = { 1301: noTls, 1310: unknownAuthority, 1311: otherName };

/** What is wrong with the server's TLS; null when it is nothing of it, or k6's code does not say so (an old certificate is any error to it: its log tells). */
export const tlsReason = (errorCode: string): string | null =>
  tlsReasons[errorCode] ?? (/^13\d\d$/.test(errorCode) ? `TLS failed (k6's error code ${errorCode})` : null);

/** Whether anything of such a request was ever on the wire. */
export const wasSent = (outcome: Outcome): boolean => outcome !== "connect" && outcome !== "dropped";
