/** Whether a service is ready: it answers a GET with 2xx or 3xx, or accepts a connection. As a kubelet probes. */
import { request } from "node:http";
import { connect } from "node:net";
import { messageOf } from "../shared/errors.ts";

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
export function probe(address: Address, path: string | null): Promise<string | null> {
  return path === null ? probeTcp(address) : probeHttp(address, path);
}

function probeHttp({ host, port }: Address, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const sent = request({ host, port, path, agent: false, headers: { "user-agent": "shakedown" } }, (response) => {
      clearTimeout(timer);
      const { statusCode = 0 } = response;
      response.destroy();
      resolve(statusCode >= 200 && statusCode < 400 ? null : `GET ${path} answered ${statusCode}`);
    });
    const timer = setTimeout(() => {
      sent.destroy();
      resolve(`GET ${path} had no answer within ${probeTimeoutMs / 1000} s`);
    }, probeTimeoutMs);
    sent.on("error", (error) => {
      clearTimeout(timer);
      resolve(`GET ${path}: ${inWords(error)}`);
    });
    sent.end();
  });
}

function probeTcp(address: Address): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (problem: string | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const socket = connect(address, () => end(null));
    const timer = setTimeout(() => end(`no connection within ${probeTimeoutMs / 1000} s`), probeTimeoutMs);
    socket.on("error", (error) => end(inWords(error)));
  });
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens at its port",
  ECONNRESET: "the connection was reset",
};

const inWords = (error: Error): string => words[(error as NodeJS.ErrnoException).code ?? ""] ?? messageOf(error);
