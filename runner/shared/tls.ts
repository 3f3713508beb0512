/** TLS as a client: whom to trust, by which name, as whom, and what went wrong in words. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, createSecureContext, getCACertificates } from "node:tls";
import { messageOf, UserError } from "./errors.ts";

interface Trust {
  /** Path of a PEM file with the authorities to trust; null: those of the system. */
  readonly ca: string | null;
  /** The name or address that the certificate must be for; a name is sent as SNI. */
  readonly serverName: string;
  /** The certificate is not looked at. */
  readonly insecure: boolean;
  /** Paths of PEM files with what the client shows of itself. Left out: nothing. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
}

/** By ALPN. */
type Protocol = "http/1.1" | "h2";

/** Options of tls.connect, to be made once for many connections: files are parsed here. Throws UserError for one that can't be read. */
export function tlsOptions({ ca, serverName, insecure, client }: Trust, protocol: Protocol): ConnectionOptions {
  const trusted = insecure ? {} : { ca: ca === null ? systemAuthorities() : readPem(ca) };
  const shown = client === undefined ? {} : { cert: readPem(client.cert), key: readPem(client.key) };
  return {
    secureContext: createSecureContext({ ...trusted, ...shown }),
    ALPNProtocols: [protocol],
    // RFC 6066 has no addresses in SNI.
    servername: isIP(serverName) === 0 ? serverName : "",
    rejectUnauthorized: !insecure,
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  };
}

/** What Node brings along, NODE_EXTRA_CA_CERTS, and the system's store, as other clients have it. */
const systemAuthorities = (): string[] => [...getCACertificates("default"), ...getCACertificates("system")];

/** Throws UserError. */
export function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path}, of load.tls, can't be read: ${messageOf(error)}`, { cause: error });
  }
}

export const unknownAuthority =
  "its certificate is not signed by an authority that is trusted here; name the file with its CA in load.tls.ca";

export const otherName = "its certificate is for another name; set load.tls.serverName";
export const noTls = "it does not speak TLS; leave out load.tls, or use another port";
export const expired = "its certificate has expired, or the one that signed it";
export const notYetValid = "its certificate is not valid yet, or the one that signed it";
const noClient =
  "it asks for a client certificate, and there is none; name it in load.tls.cert, its key in load.tls.key";
const clientRefused = "it refuses the client certificate of load.tls.cert";

const words: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  CERT_REVOKED: "its certificate was revoked",
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "it has no version of TLS that is spoken here (1.2 and 1.3)",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: noClient,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    "it refused the handshake: it may ask for a client certificate (load.tls.cert and key), or for a version of TLS that is not spoken here",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: `${clientRefused}: it does not know its authority`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: `${clientRefused}: it has expired`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: `${clientRefused}: it was revoked`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientRefused,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: clientRefused,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientRefused,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    "it refused the protocol that was offered by ALPN; try another load.protocol",
};

/** What is wrong with the server's TLS; null when this is nothing of TLS (a refused or broken connection, for one). */
export function tlsTrouble(
  error: Error & { readonly code?: string | undefined; readonly reason?: string },
): string | null {
  // As OpenSSL has called its alerts since 3.4.
  const code = (error.code ?? "").replace("SSL/TLS_ALERT", "SSLV3_ALERT");
  const known = words[code];
  if (known !== undefined) return known;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `${otherName} (${error.reason ?? error.message})`;
  if (/^ERR_(SSL|TLS)_/.test(code)) return `TLS failed: ${error.reason ?? error.message}`;
  return certificateCode.test(code) ? `its certificate is refused: ${error.message}` : null;
}

/** Other codes of certificate verification (X509_V_ERR_*). */
const certificateCode = /CERT|_CA$|PATH_LENGTH|_CRL|PURPOSE|HOSTNAME_MISMATCH|AKID|SIGNATURE/;
