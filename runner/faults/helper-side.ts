/** The other end of helper.ts, for the entry files of helper processes. */
import process from "node:process";
import { readLines, toLine } from "../shared/lines.ts";

/** Says that it is parked, calls back with each order, and ends the process when the harness is gone. */
export function obey<T>(onOrder: (order: T) => void): void {
  const leave = () => process.exit(0);
  process.stdout.on("error", leave);
  process.stdin.on("error", leave).on("close", leave);
  // Ctrl-C on a terminal is the harness's to handle.
  process.on("SIGINT", () => undefined);
  readLines(process.stdin, (line) => onOrder(JSON.parse(line)));
  say({ parked: true });
}

export const say = (message: object): void => void process.stdout.write(toLine(message));
