/** Where programs of peers are: what `make bench-peers` installed, else on the PATH. */
import { join } from "node:path";
import { isFile } from "../../../runner/shared/files.ts";
import { packageFile } from "../../../runner/shared/package.ts";
import { onPath } from "../machine.ts";

export const peersFolder = packageFile(".tools", "peers");

export const program = (name: string) => (): readonly [string] | null => {
  const installed = join(peersFolder, "bin", name);
  const path = isFile(installed) ? installed : onPath(name);
  return path === null ? null : [path];
};
