/** A thread of the study: simulates the shares that it is sent. */
import { parentPort } from "node:worker_threads";
import { models, simulateSamples } from "./independent.ts";
import { noises } from "./noise.ts";
import type { Share } from "./pool.ts";
import { simulate } from "./simulate.ts";

parentPort?.on("message", ({ cell, noise, from, sessions }: Share) => {
  parentPort?.postMessage(
    "samples" in cell
      ? simulateSamples(cell, named(models, noise), from, sessions)
      : simulate(cell, named(noises, noise), from, sessions),
  );
});

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no noise is named ${name}`);
  return found;
}
