/** The process of a worker, as its entries see it. */
import { readRoom } from "../../substrate/procfs/room.ts";
import { readTurns } from "../../substrate/procfs/turns.ts";
import type { WorkerProcess } from "./protocol.ts";

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
  rssBytes: () => process.memoryUsage.rss(),
  room: () => readRoom("self"),
  turns: () => readTurns("self"),
});
