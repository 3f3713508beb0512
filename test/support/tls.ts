/** Certificates for tests (made by test/tools/certificates.main.ts), and how they are trusted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TlsSpec } from "../../runner/record/scenario.ts";

const folder = join(import.meta.dirname, "..", "fixtures", "tls");

/** `ca` signed all but `other-ca`. */
export const certificateFile = (name: "ca" | "other-ca" | "localhost" | "shop" | "expired" | "client"): string =>
  join(folder, `${name}.pem`);

export const keyFile = join(folder, "server.key");

/** Signed by `ca`. */
export const clientCertificate = { cert: certificateFile("client"), key: join(folder, "client.key") };

/** Options of a server. */
export const certified = (name: "localhost" | "shop" | "expired") => ({
  key: readFileSync(keyFile),
  cert: readFileSync(certificateFile(name)),
});

/** Those of a server that lets nobody in but with a certificate signed by `ca`. */
export const askingForCertificates = () => ({
  ...certified("localhost"),
  ca: readFileSync(certificateFile("ca")),
  requestCert: true,
  rejectUnauthorized: true,
});

export const trusting = (changes: Partial<TlsSpec> = {}): TlsSpec => ({
  ca: certificateFile("ca"),
  serverName: "localhost",
  insecure: false,
  ...changes,
});
