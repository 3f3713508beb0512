/** Requests as bytes, made once; and which of a weighted mix is next. */
import type { RequestSpec } from "../../record/scenario.ts";
import type { Random } from "../../shared/random.ts";

export interface Rendered {
  readonly bytes: Buffer;
  /** Its answer has no body. */
  readonly head: boolean;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `Host` and `Content-Length` are added when the headers don't give them. */
export function render(request: RequestSpec, address: Address): Rendered {
  const names = new Set(Object.keys(request.headers).map((it) => it.toLowerCase()));
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const wantsLength = request.body !== null || ["POST", "PUT", "PATCH"].includes(request.method);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...(names.has("host") ? [] : [`Host: ${host}:${address.port}`]),
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    ...(wantsLength ? [`Content-Length: ${Buffer.byteLength(request.body ?? "")}`] : []),
  ];
  return { bytes: Buffer.from(`${lines.join("\r\n")}\r\n\r\n${request.body ?? ""}`), head: request.method === "HEAD" };
}

/** What would make a request something else than one HTTP/1.1 message; empty when fine. */
export function requestProblems(request: RequestSpec): string[] {
  const problems: string[] = [];
  const where = `request "${request.name}"`;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(request.method)) problems.push(`${where}: the method is not an HTTP token`);
  if (request.method === "CONNECT") problems.push(`${where}: CONNECT makes a tunnel, not a request`);
  if (!/^[\x21-\x7e]+$/.test(request.path)) {
    problems.push(`${where}: the path has white space or characters that must be percent-encoded`);
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) problems.push(`${where}: header "${name}" is not an HTTP token`);
    if ([...value].some(isControl)) problems.push(`${where}: header "${name}" has control characters`);
    if (["content-length", "transfer-encoding"].includes(name.toLowerCase())) {
      problems.push(`${where}: "${name}" is set by the engine from the body`);
    }
  }
  return problems;
}

const isControl = (character: string): boolean => {
  const code = character.charCodeAt(0);
  return (code < 32 && character !== "\t") || code === 127;
};

/** The index of the next request, drawn by weight. */
export function chooser(weights: readonly number[], random: Random): () => number {
  if (weights.length === 1) return () => 0;
  const sums: number[] = [];
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight);
  const total = sums.at(-1) ?? 0;
  return () => {
    const drawn = random() * total;
    const index = sums.findIndex((sum) => drawn < sum);
    return index < 0 ? sums.length - 1 : index;
  };
}
