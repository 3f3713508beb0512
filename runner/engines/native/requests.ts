/** Requests as bytes, made once. */
import type { RequestSpec } from "../../record/scenario.ts";
import { type Address, authority } from "../../shared/address.ts";

/** A request in the form of its protocol. */
export interface Rendered {
  /** HTTP/1.1: the whole message. HTTP/2: the body alone, empty when there is none. */
  readonly bytes: Buffer;
  /** Its answer has no body. */
  readonly head: boolean;
  /** HTTP/2 only: all fields, pseudo-fields included. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** `Host` and `Content-Length` are added when the headers don't give them. Headers are Latin-1 (RFC 9110, section 5.5), bodies UTF-8. */
export function render(request: RequestSpec, address: Address): Rendered {
  const names = new Set(Object.keys(request.headers).map((it) => it.toLowerCase()));
  const wantsLength = request.body !== null || ["POST", "PUT", "PATCH"].includes(request.method);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...(names.has("host") ? [] : [`Host: ${authority(address)}`]),
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    ...(wantsLength ? [`Content-Length: ${Buffer.byteLength(request.body ?? "")}`] : []),
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return { bytes: Buffer.concat([head, Buffer.from(request.body ?? "")]), head: request.method === "HEAD" };
}
