/** The harness as a process: argv in, exit code out. */
import { Exit } from "../shared/errors.ts";
import { realHost } from "../shared/real-host.ts";
import { main } from "./main.ts";

// Started through the launcher of an older Node: when that one is gone, so is the terminal that asked for this.
const orphaned = () => process.kill(process.pid, "SIGTERM");
process.once("disconnect", orphaned);
process.channel?.unref();
// A reader that went away (`shakedown … | head`), or a terminal, is not an error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
}

process.exitCode = await main(realHost(), process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return Exit.internal;
});
process.off("disconnect", orphaned);
if (process.connected) process.disconnect();
