/** The native engine: own HTTP/1.1 sockets, or HTTP/2, with or without TLS; open and closed model. */
import type { LoadSpec } from "../../record/scenario.ts";
import { childEntry } from "../../shared/package.ts";
import type { Engine } from "../engine.ts";
import { loadProblems } from "../worker/load-problems.ts";

export const native: Engine = {
  name: "native",
  models: ["open", "closed"],
  entry: childEntry(import.meta.url, "./worker.main"),
  problems: (load) => [...loadProblems(load), ...(load.http2 === undefined ? [] : http2Problems(load))],
};

/** Fields that belong to a connection, which HTTP/2 has not (RFC 9113, section 8.2.2). */
const ofConnection = ["connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings"];

const http2Problems = ({ requests }: LoadSpec): string[] =>
  requests.flatMap(({ name, headers }) =>
    Object.entries(headers).flatMap(([field, value]) => {
      const lower = field.toLowerCase();
      const isForbidden = ofConnection.includes(lower) || (lower === "te" && value.toLowerCase() !== "trailers");
      return isForbidden ? [`request "${name}": there is no header "${field}" in HTTP/2; leave it out`] : [];
    }),
  );
