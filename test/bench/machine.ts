/** The machine that a bench ran on, and the cores that it gives to generator and server. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, release, type } from "node:os";
import { which } from "zx";

/** Prefixes for argv: nothing where there is one core, or no taskset. */
export interface Pinning {
  readonly generator: readonly string[];
  readonly server: readonly string[];
}

export function pinning(): Pinning {
  const taskset = onPath("taskset");
  if (taskset === null || cpus().length < 2) return { generator: [], server: [] };
  return { generator: [taskset, "-c", "0"], server: [taskset, "-c", "1"] };
}

/** Moves this process to the server's core: what reads a worker's lines would take the generator's core from it now and then. */
export function leaveGenerator({ server }: Pinning): void {
  const [taskset, ...cores] = server;
  if (taskset !== undefined) execFileSync(taskset, ["-a", "-p", ...cores, String(process.pid)], { stdio: "ignore" });
}

/** Absolute path; null when it is not installed. */
export const onPath = (program: string): string | null => which.sync(program, { nothrow: true });

export function machine(nodeVersion: string, where: Pinning): string {
  const pinned =
    where.generator.length > 0 ? "generator and server on a core each, the bench with the server" : "not pinned";
  const load = readLoad();
  return [
    `${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores, ${arch()}`,
    `${type()} ${release()}, Node ${nodeVersion}`,
    `${pinned}${load === null ? "" : `; load average at the start ${load}`}`,
  ].join("; ");
}

/** Other work on the machine, from /proc/loadavg; null elsewhere. */
function readLoad(): string | null {
  try {
    return readFileSync("/proc/loadavg", "utf8").split(" ")[0] ?? null;
  } catch {
    return null;
  }
}
