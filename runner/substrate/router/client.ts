/** The other end of a router's control port: for the harness, and for whoever undoes what a dead one left. */
import { connect } from "node:net";
import { messageOf } from "../../shared/errors.ts";
import type { Clock } from "../../shared/host.ts";
import { parseLine, readLines, toLine } from "../../shared/lines.ts";
import { late, within } from "../../shared/wait.ts";
import type { Command, Reply } from "./protocol.ts";

/** Nobody listens, or whoever listens is not this router: it is gone. */
class RouterGone extends Error {
  override readonly name = "RouterGone";
}

interface ControlClient {
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
    const reply = parseLine(line) as Reply | null;
    if (typeof reply?.ok !== "boolean") end();
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

/** A router answers within milliseconds; one that takes longer is stopped or not ours. */
const answerMs = 5_000;

/**
 * `gone` when no router with this token listens at the port: with it went the toxic. Fine when the toxic is off already.
 * Rejects when somebody listens there and does not answer within 5 s.
 */
export async function removeToxic(
  clock: Clock,
  port: number,
  token: string,
  toxic: string,
): Promise<"removed" | "gone"> {
  const client = controlClient(port, token);
  try {
    const reply = await within(clock, answerMs, client.ask({ do: "remove", name: toxic }));
    if (reply === late) throw new Error(`the router at port ${port} did not answer within ${answerMs / 1000} s`);
    return "removed";
  } catch (error) {
    if (error instanceof RouterGone) return "gone";
    throw new Error(`toxic ${toxic} is still on: ${messageOf(error)}`, { cause: error });
  } finally {
    client.close();
  }
}
