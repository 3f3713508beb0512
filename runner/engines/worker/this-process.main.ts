/** The process of a worker, as its entries see it. */
import { readRoom } from "../../substrate/procfs/room.ts";
import { readTurns } from "../../substrate/procfs/turns.ts";
import type { WorkerProcess } from "./protocol.ts";

/** As it was when there was still a descriptor to read it by. */
let lastRssBytes = 0;

function rssBytes(): number {
  try {
    lastRssBytes = process.memoryUsage.rss();
  } catch {
    // The next connection that is asked for tells it.
  }
  return lastRssBytes;
}

export const thisProcess = (): WorkerProcess => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  exit: (code) => process.exit(code),
  now: () => Number(process.hrtime.bigint()) / 1e6,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  rssBytes,
  room: () => readRoom("self"),
  turns: () => readTurns("self"),
});
