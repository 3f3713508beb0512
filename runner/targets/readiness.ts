/** Whether a service is ready: it answers a GET with 2xx or 3xx, or accepts a connection. As a kubelet probes. */
import { request } from "node:http";
import { connect } from "node:net";
import { messageOf } from "../shared/errors.ts";
import type { Clock } from "../shared/host.ts";
import { late, within } from "../shared/wait.ts";

/** A ready service that does not answer for this long is not ready any more (a kubelet's default timeoutSeconds). */
const probeTimeoutMs = 1000;

/** Probes in a row that must fail before a ready service is taken out: one slow answer on a busy machine is no outage. */
export const probeFailures = 2;

/** Between two probes. While starting, it bounds the error of the time to become ready. */
export const probeEveryMs = { starting: 50, ready: 250 } as const;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Null when ready, else why not in a few words. Each probe makes its own connection. Never rejects. */
export async function probe(clock: Clock, address: Address, path: string | null): Promise<string | null> {
  const over = new AbortController();
  const asked = path === null ? connects(address, over.signal) : answers(address, path, over.signal);
  const problem = await within(clock, probeTimeoutMs, asked);
  over.abort();
  if (problem !== late) return problem;
  return `${path === null ? "no connection" : `GET ${path} had no answer`} within ${probeTimeoutMs / 1000} s`;
}

function answers(address: Address, path: string, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    request({ ...address, path, signal, agent: false, headers: { "user-agent": "shakedown" } }, ({ statusCode = 0 }) =>
      resolve(statusCode >= 200 && statusCode < 400 ? null : `GET ${path} answered ${statusCode}`),
    )
      .on("error", (error) => resolve(`GET ${path}: ${inWords(error)}`))
      .end();
  });
}

function connects(address: Address, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    connect({ ...address, signal }, () => resolve(null)).on("error", (error) => resolve(inWords(error)));
  });
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens at its port",
  ECONNRESET: "the connection was reset",
};

const inWords = (error: Error): string => words[(error as NodeJS.ErrnoException).code ?? ""] ?? messageOf(error);
