/** A worker has sent and been answered before its load begins; without it the first seconds are sent late, which no test could tell. */
import { expect, test } from "vitest";
import { warmUp } from "../../runner/engines/native/warm-up.ts";
import type { LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, onePhase, runLoad } from "../support/load.ts";
import { httpServer } from "../support/tcp-server.ts";

const closed = { kind: "closed", connections: 2 } as const;
const loads: readonly [string, Partial<LoadSpec>][] = [
  ["an open load", {}],
  ["an open load over HTTP/2", { http2: { connections: 2 } }],
  ["a closed load of two workers", { model: closed, workers: 2 }],
  ["a closed load over HTTP/2", { model: closed, http2: { connections: 2 } }],
];

test.concurrent.each(loads)("%s: each worker says how often it was answered by itself", async (_, changes) => {
  await using target = await httpServer((__, response) => response.end("x"));
  const load = aLoad({ ...changes, timeoutMs: 500 });
  await runLoad({
    port: target.port,
    load,
    phases: [onePhase(load, 100)],
    during: async (session) => {
      expect((await session.ready).warmedUp).toBeGreaterThan(0);
    },
  });
});

test("both rounds count, and one that fails counts nothing and is no error", async () => {
  const load = aLoad();
  const job = { load, phases: [onePhase(load, 100)], address: { host: "", port: 0 }, worker: 0, workers: 1, seed: 1 };
  let round = 0;
  const run = async () => {
    if (round++ > 0) throw new Error("no sockets left");
    return { ok: 300 };
  };
  expect(await warmUp(job, run)).toBe(300);
  expect(round).toBe(2);
});
