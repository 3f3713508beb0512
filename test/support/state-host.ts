/** A real Host whose leases are in a temporary folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";

export interface StateHost extends Disposable {
  readonly host: Host;
  /** Environment for a child that shall find the same leases. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly leases: string;
}

export function stateHost(): StateHost {
  const state = mkdtempSync(join(tmpdir(), "shakedown-state-"));
  const real = realHost();
  const env = { ...real.env, XDG_STATE_HOME: state };
  return {
    host: { ...real, env },
    env,
    leases: join(state, "shakedown", "leases"),
    [Symbol.dispose]: () => rmSync(state, { recursive: true, force: true }),
  };
}
