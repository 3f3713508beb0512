/** The loopback endpoint that k6 pushes its samples to, by Prometheus remote write. */
import { createServer } from "node:http";
import { listenOnLoopback } from "../../../shared/loopback.ts";
import { readRemoteWrite, type Series } from "./remote-write.ts";

interface Receiver {
  readonly url: string;
  readonly close: () => void;
}

/**
 * @param push   called in order, before the push is answered
 * @param broken called when a push can't be read or taken in
 */
export async function startReceiver(
  push: (series: readonly Series[]) => void,
  broken: (error: unknown) => void,
): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("error", broken);
    request.on("end", () => {
      try {
        push(readRemoteWrite(Buffer.concat(parts)));
        response.writeHead(204).end();
      } catch (error) {
        broken(error);
        response.writeHead(400).end();
      }
    });
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
