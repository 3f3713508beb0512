/** The watchdog's process: waits until the harness is gone, then undoes what it left. argv: root of the leases, run. */
import { realHost } from "../shared/real-host.ts";
import { undoRun } from "./undo-run.ts";

const [root = "", run = ""] = process.argv.slice(2);
// It sits in a session of its own and ends by itself: whoever ends the harness must not end what cleans up after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.stdout.on("error", () => undefined);

process.stdin.resume();
process.stdin.on("error", () => undefined);
process.stdin.once("close", () => {
  void undoRun(realHost(), root, run, { patienceMs: 15_000, log: true }).then(({ unreverted }) => {
    process.exit(unreverted.length === 0 ? 0 : 1);
  });
});
process.stdout.write("ready\n");
