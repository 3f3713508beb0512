/** Makes test/fixtures/tls anew with the openssl program: `node test/tools/certificates.main.ts`. Valid for a hundred years, but for one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { $ } from "zx";

const into = join(import.meta.dirname, "..", "fixtures", "tls");
const folder = mkdtempSync(join(tmpdir(), "certificates-"));
const run = $({ cwd: folder, quiet: true });
const fixture = (name: string) => join(into, name);
const newKey = (file: string) => run`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${file}`;

const forever = { from: "20200101000000Z", to: "21200101000000Z" };
const over = { from: "20200101000000Z", to: "20200201000000Z" };

const config = (extensions: string) => `
[ca]
default_ca = it
[it]
database = ${folder}/index.txt
new_certs_dir = ${folder}
default_md = sha256
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
[extensions]
${extensions}
`;

/** @param signer the authority, or the name itself to sign itself */
async function certificate(
  name: string,
  its: { readonly key: string; readonly signer: string; readonly extensions: string; readonly validity: typeof over },
): Promise<void> {
  const request = join(folder, `${name}.csr`);
  const settings = join(folder, `${name}.cnf`);
  writeFileSync(settings, config(its.extensions));
  await run`openssl req -new -key ${its.key} -subj ${`/CN=${name}`} -out ${request}`;
  const signer =
    its.signer === name
      ? ["-selfsign", "-keyfile", its.key]
      : ["-cert", fixture(`${its.signer}.pem`), "-keyfile", join(folder, `${its.signer}.key`)];
  const { from, to } = its.validity;
  await run`openssl ca -batch -notext -config ${settings} -extensions extensions ${signer} -startdate ${from} -enddate ${to} -in ${request} -out ${fixture(`${name}.pem`)}`;
}

mkdirSync(into, { recursive: true });
writeFileSync(join(folder, "index.txt"), "");
for (const name of ["ca", "other-ca"]) {
  // Not kept: nothing else is ever signed by them.
  const key = join(folder, `${name}.key`);
  await newKey(key);
  const extensions = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign";
  await certificate(name, { key, signer: name, extensions, validity: forever });
}
const key = fixture("server.key");
await newKey(key);
const here = "DNS:localhost, IP:127.0.0.1";
for (const [name, names, validity] of [
  ["localhost", here, forever],
  ["shop", "DNS:shop.example", forever],
  ["expired", here, over],
] as const) {
  await certificate(name, { key, signer: "ca", extensions: `subjectAltName = ${names}`, validity });
}
const clientKey = fixture("client.key");
await newKey(clientKey);
const forClients = "extendedKeyUsage = clientAuth";
await certificate("client", { key: clientKey, signer: "ca", extensions: forClients, validity: forever });
rmSync(folder, { recursive: true });
