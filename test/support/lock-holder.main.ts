/** Holds origins until its stdin ends, and says `held`, or why not. argv: run, URLs. */
import { messageOf } from "../../runner/shared/errors.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { lockOrigins } from "../../runner/undo/target-lock.ts";

const [run = "", ...urls] = process.argv.slice(2);
const host = realHost();
try {
  const held = lockOrigins(host, run, urls);
  host.stdout.write("held\n");
  process.stdin.resume().on("end", () => held[Symbol.dispose]());
} catch (error) {
  host.stdout.write(`${messageOf(error)}\n`);
}
