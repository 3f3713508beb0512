/** A request as HTTP/2 fields and a body. */
import type { RequestSpec } from "../../../record/scenario.ts";
import type { Address, Rendered } from "../requests.ts";

/** A `Host` header becomes the authority; field names are in lower case, as the protocol wants them. */
export function renderHttp2(request: RequestSpec, address: Address, scheme: "http" | "https"): Rendered {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { host: authority = `${host}:${address.port}`, ...others } = headers;
  const bytes = Buffer.from(request.body ?? "");
  return {
    bytes,
    head: request.method === "HEAD",
    fields: {
      ":method": request.method,
      ":scheme": scheme,
      ":authority": authority,
      ":path": request.path,
      ...others,
      ...(request.body === null ? {} : { "content-length": String(bytes.length) }),
    },
  };
}
