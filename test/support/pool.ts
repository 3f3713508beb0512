/** A pool of the native engine in this process, and one request sent through it. */
import { createHttp1Pool } from "../../runner/engines/native/http1/pool.ts";
import { renderHttp1 } from "../../runner/engines/native/http1/render.ts";
import type { PoolOptions, Reading, Rendered } from "../../runner/engines/native/pool.ts";
import { createRecorder } from "../../runner/engines/worker/recorder.ts";
import { type Outcome, outcomes } from "../../runner/record/outcomes.ts";
import { aRequest } from "./load.ts";

export interface Sender {
  /** Resolves with the outcome that the pool told. */
  readonly send: (message: Rendered) => Promise<Outcome>;
  readonly totals: () => Readonly<Record<string, number>>;
  readonly [Symbol.dispose]: () => void;
}

export function senderTo(
  port: number,
  reading?: Reading,
  create = createHttp1Pool,
  more: Partial<PoolOptions> = {},
): Sender {
  const phase = { name: "only", durationMs: 60_000, load: { kind: "closed", connections: 1 } } as const;
  const recorder = createRecorder([phase], ["get"], Math.random);
  const waiting = new Map<number, { readonly message: Rendered; readonly resolve: (outcome: Outcome) => void }>();
  let client = 0;
  const pool = create({
    address: { host: "127.0.0.1", port },
    tls: null,
    message: (_, its) => waiting.get(its)?.message ?? renderHttp1(aRequest(), { host: "127.0.0.1", port }),
    ...(reading === undefined ? {} : { reading }),
    timeoutMs: 20_000,
    keepAlive: { maxRequests: null, maxAgeMs: null },
    recorder,
    now: () => performance.now(),
    lag: () => undefined,
    over: (outcome, its) => {
      waiting.get(its)?.resolve(outcomes[outcome] as Outcome);
      waiting.delete(its);
    },
    trouble: () => undefined,
    exhausted: (error) => {
      throw error;
    },
    ...more,
  });
  return {
    send: (message) =>
      new Promise((resolve) => {
        waiting.set(++client, { message, resolve });
        recorder.due(performance.now());
        pool.send(0, 0, performance.now(), client);
      }),
    totals: recorder.totals,
    [Symbol.dispose]: pool.close,
  };
}
