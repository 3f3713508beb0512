/** Loads that no worker can make. */
import type { LoadSpec, RequestSpec } from "../../record/scenario.ts";

/** What is wrong with a load, in words; empty when fine. */
export const loadProblems = (load: LoadSpec): string[] => [
  ...load.requests.flatMap(requestProblems),
  ...(load.model.kind !== "script" && load.maxInFlight < load.workers
    ? [`maxInFlight ${load.maxInFlight} leaves nothing for some of ${load.workers} workers; raise it or use fewer`]
    : []),
];

/** What a load asks for beyond the same requests again and again, in words. */
export const extras = ({ feeds, flows, think, requests }: LoadSpec): readonly string[] => [
  ...(flows === undefined ? [] : ["flows"]),
  ...(think === undefined ? [] : ["think time"]),
  ...(feeds === undefined ? [] : ["feeds"]),
  ...(requests.some((it) => it.check !== undefined) ? ["checks"] : []),
];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A request must be one HTTP/1.1 message on the wire. */
function requestProblems(request: RequestSpec): string[] {
  const problems: string[] = [];
  const where = `request "${request.name}"`;
  if (!token.test(request.method)) problems.push(`${where}: the method is not an HTTP token`);
  if (request.method === "CONNECT") problems.push(`${where}: CONNECT makes a tunnel, not a request`);
  if (!/^[\x21-\x7e]+$/.test(request.path)) {
    problems.push(`${where}: the path has white space or characters that must be percent-encoded`);
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (!token.test(name)) problems.push(`${where}: header "${name}" is not an HTTP token`);
    if ([...value].some(isControl)) problems.push(`${where}: header "${name}" has control characters`);
    if (["content-length", "transfer-encoding"].includes(name.toLowerCase())) {
      problems.push(`${where}: "${name}" is set by the engine from the body`);
    }
  }
  return problems;
}

/** Fields that belong to a connection, which HTTP/2 has not (RFC 9113, section 8.2.2). */
const ofConnection = ["connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings"];

/** Requests that HTTP/2 can't carry, in words; none where the load is HTTP/1.1. */
export const http2Problems = ({ http2, requests }: LoadSpec): string[] =>
  http2 === undefined
    ? []
    : requests.flatMap(({ name, headers }) =>
        Object.entries(headers).flatMap(([field, value]) => {
          const lower = field.toLowerCase();
          const isForbidden = ofConnection.includes(lower) || (lower === "te" && value.toLowerCase() !== "trailers");
          return isForbidden ? [`request "${name}": there is no header "${field}" in HTTP/2; leave it out`] : [];
        }),
      );

const isControl = (character: string): boolean => {
  const code = character.charCodeAt(0);
  return (code < 32 && character !== "\t") || code === 127;
};
