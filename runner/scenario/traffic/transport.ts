/** How the service is spoken to (TLS, HTTP/2): what load and target say of it must agree, and a CA file must be one. */
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { LoadSpec, TlsSpec } from "../../record/scenario.ts";
import { messageOf } from "../../shared/errors.ts";
import { isFile } from "../../shared/files.ts";
import type { CheckContext } from "../context.ts";
import { at, child, type Node } from "../document/tree.ts";
import type { ArmDraft } from "../draft.ts";
import { nearFile } from "../programs.ts";
import type { LoadInput } from "../schema/load.ts";
import type { TargetInput } from "../schema/targets.ts";

export function checkTransport(arm: ArmDraft, context: CheckContext): void {
  const { problems } = context;
  const load = arm.load?.value;
  const target = load === undefined ? undefined : arm.targets.get(load.target)?.value;
  if (arm.load !== undefined && load !== undefined) {
    checkLoad(arm.load.node, load, context);
    const tls = child(arm.load.node, "tls");
    if (tls !== undefined && target?.kind === "http" && !isHttps(target.url)) {
      problems.at(tls, `the target's URL is not https: ${target.url}`, "write https:// there, or leave out tls");
    }
  }
  for (const [name, { node, value }] of arm.targets) {
    const given = value?.ready.scheme;
    const scheme = at(node, ["ready", "scheme"]);
    if (value === undefined || given === undefined || scheme === undefined) continue;
    if (value.kind === "process" && name !== load?.target) continue;
    const spoken = speaksTls(name, value, load) ? "https" : "http";
    const because = value.kind === "http" ? "its URL" : spoken === "https" ? "load.tls" : "a load without tls";
    if (given !== spoken) {
      problems.at(
        scheme,
        `expected ${spoken}, as ${because} says, found "${given}"`,
        "leave it out: it follows from that",
      );
    }
  }
}

function checkLoad(node: Node, load: LoadInput, { problems, folder }: CheckContext): void {
  const [tls, http2] = [child(node, "tls"), child(node, "http2")];
  const ca = child(tls, "ca");
  if (load.tls?.ca !== undefined && ca !== undefined) {
    if (load.tls.insecure) problems.at(ca, 'expected either "ca" or "insecure", found both');
    const [message, hint] = caProblem(load.tls.ca, folder) ?? [];
    if (message !== undefined) problems.at(ca, message, hint);
  }
  if (http2 !== undefined && load.protocol !== "http2") {
    problems.at(http2, '"http2" goes with protocol: http2', "add protocol: http2, or leave this out");
  }
  const connections = load.http2?.connections ?? load.workers;
  if (http2 !== undefined && connections < load.workers) {
    problems.at(
      child(http2, "connections") ?? http2,
      `expected at least one connection for each of ${load.workers} workers, found ${connections}`,
    );
  }
}

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Message and hint. */
function caProblem(written: string, folder: string): readonly [string, string?] | null {
  const path = resolve(folder, written);
  if (!isFile(path)) return [`there is no file "${written}"`, nearFile(path)];
  try {
    const found = readFileSync(path, "utf8").match(certificates) ?? [];
    if (found.length === 0) {
      return [
        `"${written}" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
        "one in DER form becomes PEM by: openssl x509 -inform der -in FILE -out FILE.pem",
      ];
    }
    for (const it of found) new X509Certificate(it);
    return null;
  } catch (error) {
    return [`"${written}" can't be read: ${messageOf(error)}`];
  }
}

const isHttps = (url: string): boolean => URL.parse(url)?.protocol === "https:";

export const speaksTls = (name: string, target: TargetInput, load: LoadInput | undefined): boolean =>
  target.kind === "http" ? isHttps(target.url) : name === load?.target && load.tls !== undefined;

/** HTTP/2 connections over all workers, where nothing else is said: they are dealt out evenly over up to four instances, or six. */
const usualConnections = 12;

/** Fields of a load; the path of the CA as written, relative to the scenario file. */
export function transportOf(
  load: LoadInput,
  maxInFlight: number,
  target: TargetInput | undefined,
  folder: string,
): Pick<LoadSpec, "tls" | "http2"> {
  const isTls = target !== undefined && speaksTls(load.target, target, load);
  const connections = load.http2?.connections ?? Math.max(load.workers, Math.min(usualConnections, maxInFlight));
  return {
    ...(isTls ? { tls: tlsOf(load.tls, target, folder) } : {}),
    ...(load.protocol === "http2" ? { http2: { connections } } : {}),
  };
}

function tlsOf(given: LoadInput["tls"], target: TargetInput, folder: string): TlsSpec {
  // Brackets belong to URLs, not to addresses. What listens on loopback is certified for localhost, if for anything.
  const host = target.kind === "http" ? new URL(target.url).hostname.replace(/^\[|\]$/g, "") : "localhost";
  return {
    ca: given?.ca === undefined ? null : relative(folder, resolve(folder, given.ca)),
    serverName: given?.serverName ?? host,
    insecure: given?.insecure ?? false,
  };
}

/** With the paths of this machine, and what the CA file holds. */
export function tlsHere(load: LoadSpec, folder: string): LoadSpec {
  if (load.tls === undefined || load.tls.ca === null) return load;
  const ca = resolve(folder, load.tls.ca);
  const caHash = createHash("sha256").update(readFileSync(ca)).digest("hex");
  return { ...load, tls: { ...load.tls, ca, caHash } };
}
