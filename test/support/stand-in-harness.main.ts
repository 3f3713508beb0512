/**
 * A harness reduced to its leases, to be killed: takes one lease of each kind, does the deeds, tells what it did, then hangs.
 * argv: run, "watchdog" or "alone".
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toLine } from "../../runner/shared/lines.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { cgroupPaths, createCgroup } from "../../runner/substrate/cgroup/create.ts";
import { detectCgroup } from "../../runner/substrate/cgroup/detect.ts";
import { launchArgv, launchEnv } from "../../runner/substrate/launch.ts";
import { startTime } from "../../runner/substrate/procfs/process.ts";
import { startRouter } from "../../runner/substrate/router/router.ts";
import { openLeases } from "../../runner/undo/store.ts";
import { startWatchdog } from "../../runner/undo/watchdog.ts";

const [run = "", mode = "alone"] = process.argv.slice(2);
const host = realHost();
const env = { ...host.env, SHAKEDOWN_RUN: run };
const leases = openLeases(host, run);
const watchdog = mode === "watchdog" ? await startWatchdog(host, run) : null;
leases.write("processes of the run", { undo: "processes", run });

const spawn = (argv: [string, ...string[]]) => {
  const child = host.spawn(argv, { env: launchEnv(env), stdio: ["ignore", "ignore", "ignore"], detached: true });
  return child.pid ?? 0;
};

const support = detectCgroup();
const paths = cgroupPaths(support, run);
let inside = 0;
if (paths.length > 0) {
  leases.write("cgroup", { undo: "cgroup", paths });
  const group = createCgroup(support, run, { memory: 64 * 2 ** 20, cpu: null });
  inside = spawn(launchArgv(host.node, group, ["/bin/sleep", "600"]));
}

const router = await startRouter(host, { env, onConnections: () => undefined, onExit: () => undefined });
leases.write("toxic", { undo: "toxic", port: router.link.controlPort, token: router.link.token, toxic: "slow" });
await router.link.add("slow", { type: "down" }, 1);

const file = join(mkdtempSync(join(tmpdir(), "shakedown-value-")), "value");
writeFileSync(file, "former");
leases.write("value", { undo: "write", file, value: "former", of: null });
writeFileSync(file, "changed");

const stopped = spawn(["sleep", "600"]);
leases.write("stopped", { undo: "signal", signal: "SIGCONT", pid: stopped, startedAt: startTime(stopped) ?? 0 });
host.kill(stopped, "SIGSTOP");

host.stdout.write(toLine({ stopped, inside, paths, file, router: router.pid, watchdog: watchdog?.pid ?? null }));
setInterval(() => undefined, 1000);
