/** This machine as its own network: which hosts are it (a safety rule, so there is one of it), and listening there only. */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** `host` as in a URL (IPv6 in brackets) or bare. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * @param port 0: any that is free
 * @returns the port
 * @throws what the system says when it gives none
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen({ host: "127.0.0.1", port });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
