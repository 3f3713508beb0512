/** The other end of a router's control port. */
import { connect } from "node:net";
import { readLines, toLine } from "../../shared/lines.ts";
import type { Command, Reply } from "./protocol.ts";

/** Nobody listens, or whoever listens is not this router: it is gone. */
export class RouterGone extends Error {
  override readonly name = "RouterGone";
}

export interface ControlClient {
  /** Rejects with RouterGone when the router ends before it answers, and with an Error that says why when it refuses. */
  readonly ask: (command: Command) => Promise<Extract<Reply, { ok: true }>>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (reply: Extract<Reply, { ok: true }>) => void;
  readonly reject: (error: Error) => void;
}

/** Connects at once; commands are sent in order. */
export function controlClient(port: number, token: string): ControlClient {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const waiting: Waiting[] = [];
  let gone = false;
  const end = () => {
    gone = true;
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(new RouterGone(`the router at port ${port} is gone`));
  };
  socket.on("error", end);
  socket.on("close", end);
  readLines(socket, (line) => {
    const reply = parse(line);
    if (reply === null) end();
    else if (reply.ok) waiting.shift()?.resolve(reply);
    else waiting.shift()?.reject(new Error(reply.error));
  });
  socket.write(`${token}\n`);
  return {
    ask: (command) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(new RouterGone(`the router at port ${port} is gone`));
        waiting.push({ resolve, reject });
        socket.write(toLine(command));
      }),
    close: end,
  };
}

function parse(line: string): Reply | null {
  try {
    const reply = JSON.parse(line) as Reply;
    return typeof reply?.ok === "boolean" ? reply : null;
  } catch {
    return null;
  }
}
