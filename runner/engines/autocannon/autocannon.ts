/** The autocannon engine: closed model only, for a second opinion on the native one. */
import { childEntry } from "../../shared/package.ts";
import type { Engine } from "../engine.ts";

export const autocannon: Engine = {
  name: "autocannon",
  models: ["closed"],
  entry: childEntry(import.meta.url, "./worker.main"),
  problems: (load) => [
    ...(load.model.kind === "open"
      ? ["autocannon has no open model: its rates are bursts at the start of each second; use native"]
      : []),
    ...(load.keepAlive.maxRequests !== null || load.keepAlive.maxAgeMs !== null
      ? ["autocannon can't bound a connection's requests or age; use native"]
      : []),
  ],
};
