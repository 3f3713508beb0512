/** The native engine: own HTTP/1.1 sockets, or HTTP/2, with or without TLS; open and closed model. */
import { childEntry } from "../../shared/package.ts";
import type { Engine } from "../engine.ts";
import { http2Problems, loadProblems } from "../worker/load-problems.ts";

export const native: Engine = {
  name: "native",
  models: ["open", "closed"],
  entry: childEntry(import.meta.url, "./worker.main"),
  problems: (load) => [...loadProblems(load), ...http2Problems(load)],
};
