/** A request as the bytes of HTTP/1.1. */
import type { RequestSpec } from "../../../record/scenario.ts";
import { type Address, authority } from "../../../shared/address.ts";
import type { Rendered } from "../pool.ts";

/** `Host` and `Content-Length` are added when the headers don't give them. Headers are Latin-1 (RFC 9110, section 5.5), bodies UTF-8. */
export function renderHttp1(request: RequestSpec, address: Address): Rendered {
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
