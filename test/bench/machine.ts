/** The machine that a bench ran on, and the cores that it gives to generator and server. */
import { accessSync, constants, readFileSync } from "node:fs";
import { arch, cpus, release, type } from "node:os";
import { delimiter, join } from "node:path";
import type { Host } from "../../runner/shared/host.ts";

/** Prefixes for argv: nothing where there is one core, or no taskset. */
export interface Pinning {
  readonly generator: readonly string[];
  readonly server: readonly string[];
}

export function pinning(host: Host): Pinning {
  const taskset = onPath(host, "taskset");
  if (taskset === null || cpus().length < 2) return { generator: [], server: [] };
  return { generator: [taskset, "-c", "0"], server: [taskset, "-c", "1"] };
}

export function onPath(host: Host, program: string): string | null {
  for (const folder of (host.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

export function machine(nodeVersion: string, where: Pinning): string {
  const pinned = where.generator.length > 0 ? "generator and server on a core each" : "not pinned";
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
