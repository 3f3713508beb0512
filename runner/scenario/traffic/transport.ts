/** How the service is spoken to (TLS, HTTP/2): what load and target say of it must agree, and what is named must be there. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { LoadSpec, TlsSpec } from "../../record/scenario.ts";
import type { CheckContext } from "../context.ts";
import { at, child, type Node } from "../document/tree.ts";
import type { ArmDraft } from "../draft.ts";
import type { LoadInput } from "../schema/load.ts";
import type { TargetInput } from "../schema/targets.ts";
import { checkPem } from "./pem.ts";

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
  if (load.tls?.insecure && ca !== undefined) problems.at(ca, 'expected either "ca" or "insecure", found both');
  if (load.tls !== undefined && tls !== undefined) checkPem(tls, load.tls, folder, problems);
  if (http2 !== undefined && load.protocol !== "http2") {
    problems.at(http2, '"http2" goes with protocol: http2', "add protocol: http2, or leave this out");
  }
  if (http2 !== undefined && load.engine === "k6")
    problems.at(http2, "k6 has a connection for each virtual user: their number can't be set", "leave it out");
  const connections = load.http2?.connections ?? load.workers;
  if (http2 !== undefined && connections < load.workers) {
    problems.at(
      child(http2, "connections") ?? http2,
      `expected at least one connection for each of ${load.workers} workers, found ${connections}`,
    );
  }
}

const isHttps = (url: string): boolean => URL.parse(url)?.protocol === "https:";

export const speaksTls = (name: string, target: TargetInput, load: LoadInput | undefined): boolean =>
  target.kind === "http" ? isHttps(target.url) : name === load?.target && load.tls !== undefined;

/** HTTP/2 connections over all workers, where nothing else is said: they are dealt out evenly over up to four instances, or six. */
const usualConnections = 12;

/** Fields of a load; paths as written, relative to the scenario file. */
export function transportOf(
  load: LoadInput,
  maxInFlight: number,
  target: TargetInput | undefined,
  folder: string,
): Pick<LoadSpec, "tls" | "http2"> {
  const isTls = target !== undefined && speaksTls(load.target, target, load);
  const connections =
    load.engine === "k6"
      ? null
      : (load.http2?.connections ?? Math.max(load.workers, Math.min(usualConnections, maxInFlight)));
  return {
    ...(isTls ? { tls: tlsOf(load.tls, target, folder) } : {}),
    ...(load.protocol === "http2" ? { http2: { connections } } : {}),
  };
}

function tlsOf(given: LoadInput["tls"], target: TargetInput, folder: string): TlsSpec {
  // Brackets belong to URLs, not to addresses. What listens on loopback is certified for localhost, if for anything.
  const host = target.kind === "http" ? new URL(target.url).hostname.replace(/^\[|\]$/g, "") : "localhost";
  const near = (file: string) => relative(folder, resolve(folder, file));
  const { cert, key } = given ?? {};
  return {
    ca: given?.ca === undefined ? null : near(given.ca),
    serverName: given?.serverName ?? host,
    insecure: given?.insecure ?? false,
    ...(cert === undefined || key === undefined ? {} : { client: { cert: near(cert), key: near(key) } }),
  };
}

/** With the paths of this machine, and what the files of certificates hold. */
export function tlsHere(load: LoadSpec, folder: string): LoadSpec {
  if (load.tls === undefined) return load;
  const { ca, client, ...tls } = load.tls;
  const here = (file: string) => resolve(folder, file);
  const hashOf = (file: string) => hash("sha256", readFileSync(here(file)));
  return {
    ...load,
    tls: {
      ...tls,
      ...(ca === null ? { ca } : { ca: here(ca), caHash: hashOf(ca) }),
      ...(client === undefined
        ? {}
        : { client: { cert: here(client.cert), certHash: hashOf(client.cert), key: here(client.key) } }),
    },
  };
}
