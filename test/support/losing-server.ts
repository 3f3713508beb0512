/** A loopback server that answers after a while, and now and then treats a request otherwise. */
import type { Socket } from "node:net";
import { type Listening, rawServer } from "./tcp-server.ts";

export const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

interface LosingServer extends AsyncDisposable, Pick<Listening, "port" | "accepted"> {
  readonly counts: { answered: number; otherwise: number };
  /** From a whole request to its answer, one per answer, ms. */
  readonly tookMs: number[];
}

/** @param every how many requests there are for each that is treated otherwise */
export async function losingServer(
  answerMs: number,
  otherwise: (socket: Socket) => void,
  every = 10,
): Promise<LosingServer> {
  const counts = { answered: 0, otherwise: 0 };
  const tookMs: number[] = [];
  const server = await rawServer((socket, served) => {
    if (served % every === every - 1) {
      counts.otherwise++;
      otherwise(socket);
      return;
    }
    const asked = performance.now();
    setTimeout(() => {
      counts.answered++;
      tookMs.push(performance.now() - asked);
      socket.write(okAnswer);
    }, answerMs);
  });
  return { ...server, counts, tookMs };
}
