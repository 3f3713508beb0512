/** HTTP/2 as a client: agreed by ALPN over TLS, with prior knowledge without; and what went wrong in words. */
import { type ClientHttp2Session, type ClientSessionOptions, connect } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, TLSSocket } from "node:tls";
import { type Address, authority } from "./address.ts";
import { tlsTrouble } from "./tls.ts";

interface Http2Connection {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
}

class NoHttp2 extends Error {}

/** `tls` null: over plain TCP. The session's errors are those of its socket, too. */
export function connectHttp2(
  address: Address,
  tls: ConnectionOptions | null,
  options: ClientSessionOptions = {},
): Http2Connection {
  const to = { ...address, noDelay: true };
  const socket = tls === null ? connectTcp(to) : connectTls({ ...to, ...tls });
  const session = connect(`http://${authority(address)}`, {
    ...options,
    createConnection: () => socket,
  });
  // Not at the socket's own event: Node aborts when its socket is gone while the session is set up.
  session.once("connect", () => {
    if (!(socket instanceof TLSSocket) || socket.alpnProtocol === "h2") return;
    session.destroy(new NoHttp2(`it does not speak HTTP/2 (it chose ${socket.alpnProtocol || "nothing"} by ALPN)`));
  });
  return { session, socket };
}

/** Why there is no HTTP/2 with this server; null when that is nothing of TLS or HTTP/2 (a refused or broken connection, for one). */
export function http2Trouble(error: NodeJS.ErrnoException): string | null {
  if (error instanceof NoHttp2) return `${error.message}; leave out load.protocol, or use another port`;
  if (error.code === "ERR_HTTP2_ERROR")
    return `it does not speak HTTP/2 (${error.message}); leave out load.protocol, or use another port`;
  return tlsTrouble(error);
}
