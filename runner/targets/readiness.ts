/** Whether a service is ready: it answers a GET with 2xx or 3xx, or accepts a connection. As a kubelet probes, but over TLS as clients do. */
import { request } from "node:http";
import { request as requestTls } from "node:https";
import { connect } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { ReadySpec } from "../record/scenario.ts";
import type { Address } from "../shared/address.ts";
import { messageOf } from "../shared/errors.ts";
import type { Clock } from "../shared/host.ts";
import { connectHttp2, http2Trouble } from "../shared/http2.ts";
import { tlsOptions } from "../shared/tls.ts";
import { late, within } from "../shared/wait.ts";
import type { Spoken } from "./context.ts";

/** A ready service that does not answer for this long is not ready any more (a kubelet's default timeoutSeconds). */
const probeTimeoutMs = 1000;

/** Probes in a row that must fail before a ready service is taken out: one slow answer on a busy machine is no outage. */
const probeFailures = 2;

/** Between two probes. While starting, it bounds the error of the time to become ready. */
export const probeEveryMs = { starting: 50, ready: 250 } as const;

/** How a service is asked. */
export interface Probing {
  readonly path: string | null;
  /** Null: without TLS. */
  readonly tls: ConnectionOptions | null;
  readonly http2: boolean;
}

/** Nobody has said whom to trust: as a kubelet, which looks at no certificate. */
const anyCertificate = { ca: null, serverName: "localhost", insecure: true };

/** The target of the load is asked as the load will speak to it: what keeps clients away keeps it from being ready. */
export function probingOf({ path, scheme }: ReadySpec, spoken: Spoken | null): Probing {
  const http2 = spoken?.http2 ?? false;
  const tls = scheme === "https" ? tlsOptions(spoken?.tls ?? anyCertificate, http2 ? "h2" : "http/1.1") : null;
  return { path, tls, http2 };
}

/** Why a service is not ready. */
export interface NotReady {
  /** In a few words. */
  readonly why: string;
  /** It is there, but does not speak as the load will (its certificate, the protocol): one of the two was set up wrongly. */
  readonly isUnlike: boolean;
}

/** Null when ready. Each probe makes its own connection. Never rejects. */
export async function probe(clock: Clock, address: Address, { path, tls, http2 }: Probing): Promise<NotReady | null> {
  const over = new AbortController();
  const ask = path === null ? connects : http2 ? answersHttp2 : answers;
  const problem = await within(clock, probeTimeoutMs, ask(address, tls, over.signal, path ?? ""));
  over.abort();
  const asked = path === null ? "" : `GET ${path}`;
  if (problem === late)
    return unready(`${path === null ? "no connection" : `${asked} had no answer`} within ${probeTimeoutMs / 1000} s`);
  if (problem === null || path === null) return problem;
  const { why, isUnlike } = problem;
  return { why: `${asked}${why.startsWith("answered") ? "" : ":"} ${why}`, isUnlike };
}

interface Readiness {
  /** Each probe, null when it was answered. */
  readonly probed: (found: NotReady | null) => void;
  readonly ready: () => void;
  readonly unready: () => void;
}

/** Probes again and again. Nothing is told once `over` aborts. */
export async function watchReadiness(
  clock: Clock,
  address: Address,
  probing: Probing,
  over: AbortSignal,
  tell: Readiness,
): Promise<void> {
  let isReady = false;
  let failed = 0;
  while (!over.aborted) {
    const found = await probe(clock, address, probing);
    if (over.aborted) return;
    tell.probed(found);
    failed = found === null ? 0 : failed + 1;
    if (found === null && !isReady) {
      isReady = true;
      tell.ready();
    } else if (failed >= probeFailures && isReady) {
      isReady = false;
      tell.unready();
    }
    await clock.sleep(isReady ? probeEveryMs.ready : probeEveryMs.starting, over);
  }
}

const unready = (why: string): NotReady => ({ why, isUnlike: false });

type Ask = (
  address: Address,
  tls: ConnectionOptions | null,
  signal: AbortSignal,
  path: string,
) => Promise<NotReady | null>;

const headers = { "user-agent": "shakedown" };

const verdictOn = (status: number): NotReady | null =>
  status >= 200 && status < 400 ? null : unready(`answered ${status}`);

const answers: Ask = (address, tls, signal, path) =>
  new Promise((resolve) => {
    const options = { ...address, path, signal, agent: false, headers };
    const asked = tls === null ? request(options) : requestTls({ ...options, ...tls });
    asked
      .on("response", ({ statusCode = 0 }) => resolve(verdictOn(statusCode)))
      .on("error", (error) => resolve(problemOf(error)))
      .end();
  });

const answersHttp2: Ask = (address, tls, signal, path) =>
  new Promise((resolve) => {
    const { session } = connectHttp2(address, tls);
    signal.addEventListener("abort", () => session.destroy(), { once: true });
    session.on("error", (error) => resolve(problemOf(error)));
    session.on("close", () => resolve(unready("the connection was closed")));
    session
      .request({ ":path": path, ...headers })
      .on("response", (fields) => resolve(verdictOn(Number(fields[":status"]))))
      .on("error", () => undefined)
      .resume();
  });

const connects: Ask = (address, tls, signal) =>
  new Promise((resolve) => {
    const socket = tls === null ? connect({ ...address, signal }) : connectTls({ ...address, ...tls });
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    socket.on("error", (error) => resolve(problemOf(error)));
    if (tls === null) socket.on("connect", () => resolve(null));
    else socket.on("secureConnect", () => setTimeout(resolve, refusalMs, null));
  });

/** With TLS 1.3 a client is through with the handshake before the server has looked at its certificate. */
const refusalMs = 100;

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens at its port",
  ECONNRESET: "the connection was reset",
};

function problemOf(error: NodeJS.ErrnoException): NotReady {
  const trouble = http2Trouble(error);
  if (trouble !== null) return { why: trouble, isUnlike: true };
  return unready(words[error.code ?? ""] ?? messageOf(error));
}
