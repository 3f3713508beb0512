/** The router process. Says on stdout where it listens, then which client port went to which instance; ends when its stdin closes. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, Socket } from "node:net";
import process from "node:process";
import { toLine } from "../../shared/lines.ts";
import { createControlServer } from "./control-server.ts";
import type { RouterLine } from "./protocol.ts";
import { createProxy } from "./proxy.ts";

/** Long enough to write once for a burst of connections, far shorter than a client port takes to come around again. */
const batchMs = 100;

// process.stdout would write to the pipe synchronously: a harness that is busy for a moment would stall the data path.
const stdout = new Socket({ fd: 1, readable: false });
const say = (line: RouterLine) => stdout.write(toLine(line));
const exit = () => process.exit(0);
stdout.on("error", exit);

let batch: [number, string][] = [];
const tell = () => {
  if (batch.length > 0) say({ type: "connections", list: batch });
  batch = [];
};
const proxy = createProxy((clientPort, instance) => {
  if (batch.push([clientPort, instance]) === 1) setTimeout(tell, batchMs);
});
const end = () => {
  tell();
  stdout.end(exit);
};
process.stdin.on("error", end).on("end", end).on("close", end).resume();
const token = randomBytes(16).toString("hex");
const control = createControlServer(token, proxy);

// Many clients may connect at once after a fault; the kernel caps this at net.core.somaxconn.
proxy.server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 });
control.listen({ host: "127.0.0.1", port: 0 });
await Promise.all([once(proxy.server, "listening"), once(control, "listening")]);
const portOf = (address: AddressInfo | string | null) => (address as AddressInfo).port;
say({ type: "listening", port: portOf(proxy.server.address()), control: portOf(control.address()), token });
