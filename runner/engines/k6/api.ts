/** k6's REST API on loopback: waits until it is loaded, starts it, runs setup() ahead of the load. */
import { createServer } from "node:net";
import type { Clock } from "../../shared/host.ts";

/** lib.ExecutionStatus: everything is initialised, and it waits for the word. */
const pausedBeforeRun = 4;
const askEveryMs = 25;
const answerWithinMs = 5_000;

export interface K6Api {
  /** Resolves when k6 has loaded the script, made its virtual users and waits; never when it does not get there. */
  readonly loaded: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export function k6Api(port: number, clock: Clock): K6Api {
  const base = `http://127.0.0.1:${port}/v1`;
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(`${base}${path}`, { ...init, signal: AbortSignal.timeout(answerWithinMs) });
    if (!answer.ok) throw new Error(`the API of k6 answered ${path} with ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const status = async (): Promise<number> => {
    try {
      const { data } = (await (await ask("/status", {})).json()) as Status;
      return data.attributes.status;
    } catch {
      return -1;
    }
  };
  return {
    loaded: async () => {
      while ((await status()) < pausedBeforeRun) await clock.sleep(askEveryMs);
    },
    start: async () => {
      const body = { data: { type: "status", id: "default", attributes: { paused: false } } };
      await (await ask("/status", { method: "PATCH", body: JSON.stringify(body) })).text();
    },
  };
}

interface Status {
  readonly data: { readonly attributes: { readonly status: number } };
}

/** k6 can't choose one by itself and tell it. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
