/** The router's control port, for whoever knows the token: the harness, and after its death whoever undoes what it left. */
import { createServer, type Server, type Socket } from "node:net";
import { messageOf } from "../../shared/errors.ts";
import { readLines, toLine } from "../../shared/lines.ts";
import type { Command, Reply } from "./protocol.ts";
import type { DataPath } from "./proxy.ts";

export function createControlServer(token: string, proxy: DataPath): Server {
  return createServer((socket: Socket) => {
    let known = false;
    socket.on("error", () => socket.destroy());
    readLines(socket, (line) => {
      if (known) socket.write(toLine(answer(proxy, line)));
      else if (line === token) known = true;
      else socket.destroy();
    });
  });
}

function answer(proxy: DataPath, line: string): Reply {
  try {
    const command = JSON.parse(line) as Command;
    switch (command.do) {
      case "instances":
        proxy.setInstances(command.list);
        return { ok: true };
      case "add":
        proxy.add(command.name, command.toxic, command.share);
        return { ok: true };
      case "remove":
        proxy.remove(command.name);
        return { ok: true };
      case "touched":
        return { ok: true, touched: proxy.touched(command.name) };
      case "accepted":
        return { ok: true, accepted: proxy.accepted() };
      default:
        return { ok: false, error: `a router can't do ${line.slice(0, 200)}` };
    }
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}
