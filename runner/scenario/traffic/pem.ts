/** Files of certificates and keys: they are there, hold what they should in PEM form, and a key belongs to its certificate. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, UserError } from "../../shared/errors.ts";
import { isFile } from "../../shared/files.ts";
import type { Problems } from "../document/problems.ts";
import { child, type Node } from "../document/tree.ts";
import { nearFile } from "../programs.ts";

type Files = Readonly<Partial<Record<"ca" | "cert" | "key", string | undefined>>>;

/** @param tls the node of `load.tls` */
export function checkPem(tls: Node, { ca, cert, key }: Files, folder: string, problems: Problems): void {
  const read = <T>(name: keyof Files, file: string | undefined, parse: (written: string, pem: string) => T) => {
    const place = child(tls, name);
    if (file === undefined || place === undefined) return undefined;
    const found = parsed(file, folder, parse);
    if (!(found instanceof UserError)) return found;
    problems.at(place, found.message, found.hint);
    return undefined;
  };
  read("ca", ca, certificates);
  const [shown] = read("cert", cert, certificates) ?? [];
  const secret = read("key", key, privateKey);
  for (const [given, other] of [
    ["cert", "key"],
    ["key", "cert"],
  ] as const) {
    const place = child(tls, given);
    if (place !== undefined && child(tls, other) === undefined)
      problems.at(place, `"${given}" goes with "${other}": ${other} is missing`);
  }
  const place = child(tls, "key");
  if (shown !== undefined && secret !== undefined && place !== undefined && !shown.checkPrivateKey(secret))
    problems.at(place, `"${key}" is not the key of the certificate in "${cert}"`);
}

function parsed<T>(written: string, folder: string, parse: (written: string, pem: string) => T): T | UserError {
  const path = resolve(folder, written);
  const hint = nearFile(path);
  if (!isFile(path)) return new UserError(`there is no file "${written}"`, hint === undefined ? {} : { hint });
  try {
    return parse(written, readFileSync(path, "utf8"));
  } catch (error) {
    return error instanceof UserError ? error : new UserError(`"${written}" can't be read: ${messageOf(error)}`);
  }
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificates(written: string, pem: string): X509Certificate[] {
  const found = pem.match(block) ?? [];
  if (found.length > 0) return found.map((it) => new X509Certificate(it));
  throw new UserError(`"${written}" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`, {
    hint: "one in DER form becomes PEM by: openssl x509 -inform der -in FILE -out FILE.pem",
  });
}

function privateKey(written: string, pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw new UserError(`"${written}" needs a passphrase`, {
      hint: "a copy without one, that only you can read, is made by: openssl pkey -in FILE -out FILE.pem",
    });
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return createPrivateKey(pem);
  throw new UserError(`"${written}" holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)`);
}
