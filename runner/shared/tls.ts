/** TLS as a client: whom to trust, by which name, and what went wrong in words. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, createSecureContext, getCACertificates } from "node:tls";
import { messageOf, UserError } from "./errors.ts";

export interface Trust {
  /** Path of a PEM file with the authorities to trust; null: those of the system. */
  readonly ca: string | null;
  /** The name or address that the certificate must be for; a name is sent as SNI. */
  readonly serverName: string;
  /** The certificate is not looked at. */
  readonly insecure: boolean;
}

/** By ALPN. */
export type Protocol = "http/1.1" | "h2";

/** Options of tls.connect, to be made once for many connections: authorities are parsed here. Throws UserError for an unreadable CA file. */
export function tlsOptions({ ca, serverName, insecure }: Trust, protocol: Protocol): ConnectionOptions {
  return {
    secureContext: createSecureContext(insecure ? {} : { ca: ca === null ? systemAuthorities() : readAuthorities(ca) }),
    ALPNProtocols: [protocol],
    // RFC 6066 has no addresses in SNI.
    servername: isIP(serverName) === 0 ? serverName : "",
    rejectUnauthorized: !insecure,
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  };
}

/** What Node brings along, NODE_EXTRA_CA_CERTS, and the system's store, as other clients have it. */
const systemAuthorities = (): string[] => [...getCACertificates("default"), ...getCACertificates("system")];

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`the CA file ${path} can't be read: ${messageOf(error)}`, { cause: error });
  }
}

const unknownAuthority =
  "its certificate is not signed by an authority that is trusted here; name the file with its CA in load.tls.ca";

const words: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  CERT_HAS_EXPIRED: "its certificate has expired, or the one that signed it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet, or the one that signed it",
  CERT_REVOKED: "its certificate was revoked",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS; leave out load.tls, or use another port",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS; leave out load.tls, or use another port",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "it has no version of TLS that is spoken here (1.2 and 1.3)",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "it asks for a client certificate, and there is none",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    "it refused the protocol that was offered by ALPN; try another load.protocol",
};

/** What is wrong with the server's TLS; null when this is nothing of TLS (a refused or broken connection, for one). */
export function tlsTrouble(
  error: Error & { readonly code?: string | undefined; readonly reason?: string },
): string | null {
  const { code = "" } = error;
  const known = words[code];
  if (known !== undefined) return known;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `its certificate is for another name; set load.tls.serverName (${error.reason ?? error.message})`;
  if (/^ERR_(SSL|TLS)_/.test(code)) return `TLS failed: ${error.reason ?? error.message}`;
  return certificateCode.test(code) ? `its certificate is refused: ${error.message}` : null;
}

/** Other codes of certificate verification (X509_V_ERR_*). */
const certificateCode = /CERT|_CA$|PATH_LENGTH|_CRL|PURPOSE|HOSTNAME_MISMATCH|AKID|SIGNATURE/;
