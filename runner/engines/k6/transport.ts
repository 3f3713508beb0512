/**
 * How k6 speaks to the service: by TLS, HTTP/2, a name that is not its address's, and a certificate of its own. Go takes authorities
 * from the environment, and HTTP/2 whenever a server offers it by ALPN; the rest are options, which k6 reads from a configuration file.
 */
import { randomUUID } from "node:crypto";
import { openSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadSpec, TlsSpec } from "../../record/scenario.ts";
import { type Address, authority } from "../../shared/address.ts";
import { readPem } from "../../shared/tls.ts";
import type { Env } from "./find.ts";

type Transport = Pick<LoadSpec, "tls" | "http2">;

/** What k6 can't do of it, in words. */
export function transportProblems({ tls, http2 }: Transport, platform: NodeJS.Platform): string[] {
  if (tls === undefined)
    return http2 === undefined
      ? []
      : ["k6 speaks HTTP/2 over TLS alone, not with prior knowledge (h2c); add tls, or use engine: native"];
  return [
    ...(tls.ca !== null && platform !== "linux"
      ? [
          "k6 takes authorities from a file on Linux alone; let the system trust it and leave out tls.ca, or use engine: native",
        ]
      : []),
    ...(hostPattern.test(tls.serverName)
      ? []
      : [`k6 can't be led to the service under the name ${tls.serverName}; set tls.serverName, or use engine: native`]),
  ];
}

/** What k6 takes as a key of its `hosts` (lib/types/hosts.go), wildcards and ports left out. */
const hostPattern =
  /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$/;

/** The name of the service as k6 asks for it: the certificate must be for it, and it is sent as SNI. */
export const hostOf = ({ host }: Address, tls: TlsSpec | undefined): string => tls?.serverName ?? host;

export const urlOf = (address: Address, tls: TlsSpec | undefined): string =>
  `${tls === undefined ? "http" : "https"}://${authority({ ...address, host: hostOf(address, tls) })}`;

/** It resolves by itself to where our routers listen. */
const isHere = (name: string): boolean => name === "localhost" || name === "127.0.0.1";

/** Whether k6 must be told where that name is. */
export const isRenamed = (tls: TlsSpec | undefined): boolean => tls !== undefined && !isHere(tls.serverName);

/** k6's configuration: a script's own options come before it. Throws UserError when a file can't be read. */
export function configOf(address: Address, tls: TlsSpec | undefined): object {
  if (tls === undefined) return {};
  const { client, serverName } = tls;
  return {
    ...(isRenamed(tls) ? { hosts: { [serverName]: address.host } } : {}),
    ...(client === undefined ? {} : { tlsAuth: [{ cert: readPem(client.cert), key: readPem(client.key) }] }),
  };
}

/** In place of the host's own. */
export function transportEnv(env: Env, { tls, http2 }: Transport): Env {
  if (tls === undefined) return {};
  const debug = (env.GODEBUG ?? "").split(",").filter((it) => it !== "" && !it.startsWith("http2client="));
  return {
    ...(tls.ca === null ? {} : { SSL_CERT_FILE: tls.ca, SSL_CERT_DIR: noFolder }),
    GODEBUG: [...debug, ...(http2 === undefined ? ["http2client=0"] : [])].join(","),
    // A proxy would be asked for a name that is only known here; Go spares localhost by itself.
    NO_PROXY: [env.NO_PROXY ?? env.no_proxy ?? "", tls.serverName].filter((it) => it !== "").join(","),
  };
}

/** Go would trust those in the system's folders as well. */
const noFolder = "/nonexistent";

/** A file that has no name any more: it may hold a private key, and nobody else can open it, whoever dies when. The caller closes it. */
export function namelessFile(text: string): number {
  const path = join(tmpdir(), `shakedown-k6-${randomUUID()}`);
  const fd = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  // At a position: the reader begins at the start, also where it shares the offset.
  writeSync(fd, text, 0);
  return fd;
}
