/** A thread of the study: simulates the shares that it is sent. */
import { parentPort } from "node:worker_threads";
import { noises } from "./noise.ts";
import type { Share } from "./pool.ts";
import { simulate } from "./simulate.ts";

parentPort?.on("message", ({ cell, noise, from, sessions }: Share) => {
  const model = noises.find((it) => it.name === noise);
  if (model === undefined) throw new Error(`no noise is named ${noise}`);
  parentPort?.postMessage(simulate(cell, model, from, sessions));
});
