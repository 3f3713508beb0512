/** A request as HTTP/2 fields and a body. */
import type { RequestSpec } from "../../../record/scenario.ts";
import { type Address, authority } from "../../../shared/address.ts";
import type { Rendered } from "../pool.ts";

/** A `Host` header becomes the authority; field names are in lower case, as the protocol wants them. */
export function renderHttp2(request: RequestSpec, address: Address, scheme: "http" | "https"): Rendered {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { host = authority(address), ...others } = headers;
  const bytes = Buffer.from(request.body ?? "");
  return {
    bytes,
    head: request.method === "HEAD",
    fields: {
      ":method": request.method,
      ":scheme": scheme,
      ":authority": host,
      ":path": request.path,
      ...others,
      ...(request.body === null ? {} : { "content-length": String(bytes.length) }),
    },
  };
}
