/** A real file system with little room, for what must survive a full disk. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A tmpfs of `bytes`; null where mounting is not allowed. */
export function smallDisk(bytes: number): (Disposable & { readonly dir: string }) | null {
  const dir = mkdtempSync(join(tmpdir(), "shakedown-small-disk-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", dir]).status !== 0) {
    rmSync(dir, { recursive: true });
    return null;
  }
  return {
    dir,
    [Symbol.dispose]() {
      spawnSync("umount", [dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
