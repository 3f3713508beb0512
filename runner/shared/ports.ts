/** Loopback ports for programs that are told theirs. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { listenOnLoopback } from "./loopback.ts";

const taken = new Set<number>();
const lowest = 10_240;
/** Ports that a process looks at before it goes elsewhere: those of its id first, then some by chance. */
const inARow = 16;
let next = process.pid * inARow;

/**
 * A port that is free now and that this harness gave to nobody else. It lies below the range that the kernel takes client
 * ports from: a connection of the load generator could otherwise be given it, and the program, started or restarted, would fail.
 * Until that listens nothing keeps the port, so harnesses that run side by side look at different ones.
 */
export async function freePort(): Promise<number> {
  const end = startOfClientPorts();
  for (let tries = 0; tries < 200 && end - lowest > 1000; tries++) {
    const port = lowest + (next % (end - lowest));
    next = (next + 1) % inARow === 0 ? Math.floor(Math.random() * (end - lowest)) : next + 1;
    if (!taken.has(port) && (await tryListen(port)) !== null) return take(port);
  }
  // No room below (somebody widened the range): any port, at the risk above.
  for (;;) {
    const port = await tryListen(0);
    if (port !== null && !taken.has(port)) return take(port);
  }
}

export const givePortBack = (port: number): void => void taken.delete(port);

function take(port: number): number {
  taken.add(port);
  return port;
}

async function tryListen(port: number): Promise<number | null> {
  const server = createServer();
  try {
    return await listenOnLoopback(server, port);
  } catch {
    return null;
  } finally {
    server.close();
  }
}

/** ip(7): ip_local_port_range. 32768 is its default; systems without the file begin later. */
function startOfClientPorts(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    return 32_768;
  }
}
