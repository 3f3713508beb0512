/** One run at a time against a service that somebody else runs: two would measure each other. A lock for each origin. */
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { hasCode, messageOf, UserError } from "../shared/errors.ts";
import { namesIn } from "../shared/files.ts";
import type { Host } from "../shared/host.ts";
import { isLoopback } from "../shared/loopback.ts";
import { claimFolder } from "./claim.ts";
import { isHere, isLive, locksRoot, parse, removeIfEmpty, thisHarness, withState } from "./folder.ts";
import { type Lock, lockFileSchema } from "./lease-schema.ts";

/**
 * Holds the origins of all these URLs for a run until disposed, or until this process is gone: the lock of a dead one is taken over.
 *
 * @throws UserError that names the run which has one of them; then none is held
 */
export function lockOrigins(host: Host, run: string, urls: readonly string[]): Disposable {
  using held = new DisposableStack();
  for (const origin of [...new Set(urls.map(originOf))].sort()) held.defer(lock(locksRoot(host), run, origin));
  return held.move();
}

/** One service has one name: loopback is written in more than one way. */
function originOf(text: string): string {
  const url = new URL(text);
  if (isLoopback(url.hostname) && !url.hostname.startsWith("127.")) url.hostname = "127.0.0.1";
  return url.origin;
}

/** Returns how to release it. */
function lock(root: string, run: string, origin: string): () => void {
  const harness = thisHarness();
  // The identity is in the name of the file too: whoever removes a dead one's can't remove that of somebody who came first.
  const file = `${harness.pid}-${harness.startedAt}.json`;
  const name = new URL(origin).host;
  const folder = join(root, name);
  const mine: Lock = { v: 1, run, origin, host: hostname(), harness };
  while (!withState(root, () => claimFolder(root, name, file, mine))) {
    for (const other of namesIn(folder).filter((it) => it.endsWith(".json"))) removeIfDead(join(folder, other));
  }
  return () => {
    rmSync(join(folder, file), { force: true });
    removeIfEmpty(folder);
  };
}

function removeIfDead(file: string): void {
  let holder: Lock;
  try {
    holder = parse(file, lockFileSchema);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw new UserError(`a lock can't be read: ${messageOf(error)}`, {
      hint: `if no other run is under way, remove ${file}`,
    });
  }
  const { run, origin, host, harness } = holder;
  if (isLive(harness)) {
    throw new UserError(
      `${origin} is under test already, by run ${run} (process ${harness.pid}): two runs would measure each other`,
      { hint: `wait until that run has ended, or end it: kill -INT ${harness.pid}` },
    );
  }
  if (!isHere(harness) && !wasRestarted(holder)) {
    throw new UserError(`${origin} is under test by run ${run} in another container or machine, ${host}`, {
      hint: `if that run has ended, remove ${file}`,
    });
  }
  rmSync(file, { force: true });
}

/** Every process of a machine's former boot is gone. Containers of one boot see each other's files, not each other's processes. */
const wasRestarted = ({ host, harness }: Lock): boolean =>
  host === hostname() && bootOf(harness.machine) !== bootOf(thisHarness().machine);

/** @param machine boot and pid namespace */
const bootOf = (machine: string): string | undefined => machine.split(" ")[0];
