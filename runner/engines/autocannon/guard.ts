/**
 * Guards autocannon's client against its defects in closed-model use (measured with 9.0.0): after a lost connection it pairs each
 * answer with an older request's start; requests lost to FIN are counted nowhere; a refused port is tried again without a pause;
 * the rest of a truncated answer confuses its parser; `Connection: close` is not heeded.
 */

import { backOff } from "../worker/back-off.ts";
import { isOwnLimit } from "../worker/own-limits.ts";
import { Code } from "../worker/recorder.ts";
import type { Client } from "./client.ts";

/** One client's request as it went out; `due` in ms since the load's start. */
export interface Sent {
  readonly due: number;
  readonly request: number;
}

interface Hooks {
  readonly now: () => number;
  /** Whether another request may be sent; asked before each. */
  readonly goesOn: () => boolean;
  readonly sent: (it: Sent) => void;
  readonly over: (it: Sent, outcome: number, end: number, port: number | null) => void;
  /** This process, not the target, is at its limit. */
  readonly exhausted: (error: Error) => void;
}

export function guard(client: Client, timeoutMs: number, hooks: Hooks): void {
  const { now } = hooks;
  const connect = client._connect.bind(client);
  const doRequest = client._doRequest.bind(client);
  const patience = backOff();
  let outstanding: Sent | null = null;
  let refusal: number | null = null;
  let closes = false;
  let waits = false;
  /** Null until the connection is established. */
  let port: number | null = null;

  const end = (outcome: number) => {
    if (outstanding === null) return;
    const it = outstanding;
    outstanding = null;
    hooks.over(it, outcome, now(), port);
  };

  client.timeout = timeoutMs;
  client._doRequest = () => {
    // The server closes this connection after the answer: take a new one instead of losing a request in it.
    if (closes) setImmediate(() => closes && client._connect());
    else if (hooks.goesOn()) {
      const due = now();
      doRequest();
      outstanding = { due, request: client.requestIterator.currentRequestIndex };
      hooks.sent(outstanding);
    }
  };
  client._connect = () => {
    if (waits || client.destroyed) return;
    const wasOutstanding = outstanding !== null;
    // On its timeout autocannon has emptied its queue before it comes here; after FIN or RST it has not.
    const cause = refusal ?? (client.pipelinedRequests.size() === 0 ? Code.timeout : Code.lost);
    end(cause);
    refusal = null;
    closes = false;
    forget(client);
    const open = () => {
      waits = false;
      if (client.destroyed || !hooks.goesOn()) return;
      port = null;
      connect();
      client.conn?.on("connect", () => {
        port = client.conn?.localPort ?? null;
      });
      client.conn?.on("data", () => {
        if (!client.parser.hadError) return;
        refusal = Code.protocol;
        client._connect();
      });
    };
    if (!wasOutstanding || cause === Code.timeout) return open();
    waits = true;
    setTimeout(open, patience.failed());
  };
  client.on("connError", (error) => {
    if (isOwnLimit(error)) return hooks.exhausted(error);
    refusal = port === null ? Code.connect : Code.reset;
  });
  client.on("headers", (head) => {
    closes = !head.shouldKeepAlive;
  });
  client.on("response", (status) => {
    patience.worked();
    if (status < 400) end(Code.ok);
    else if (status < 500) end(Code["4xx"]);
    else end(status < 600 ? Code["5xx"] : Code.protocol);
  });
}

/** Nothing of the old connection reaches the new one. */
function forget(client: Client): void {
  client.pipelinedRequests.clear();
  client.parser.initialize("RESPONSE");
  client.conn?.removeAllListeners();
  client.conn?.on("error", () => undefined);
  client.conn?.destroy();
}
