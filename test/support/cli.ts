/** The command line in this process, with its streams caught. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../runner/cli/main.ts";
import type { Host } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";

interface Said {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Cli extends Disposable {
  /** A folder of its own: the working directory, and where leases go. */
  readonly dir: string;
  readonly run: (...argv: string[]) => Promise<Said>;
  readonly host: Host;
}

/** @param options.dir an existing folder, which is left there; else a new one, gone at the end */
export function cliIn(
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly dir?: string;
    /** Parts of the host to replace. */
    readonly host?: Partial<Pick<Host, "kill" | "stderr">>;
  } = {},
): Cli {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "shakedown-cli-"));
  const real = realHost();
  let out = "";
  let err = "";
  const host: Host = {
    ...real,
    cwd: dir,
    // Called through npx, where nothing else is said.
    env: { npm_command: "exec", PATH: real.env.PATH, HOME: dir, XDG_STATE_HOME: join(dir, "state"), ...options.env },
    stdout: stream((text) => {
      out += text;
    }),
    stderr: stream((text) => {
      err += text;
    }),
    ...options.host,
  };
  return {
    dir,
    host,
    run: async (...argv) => {
      out = "";
      err = "";
      const exit = await main(host, argv);
      return { exit, out, err };
    },
    [Symbol.dispose]: () => {
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Left by the run `other-boot`, under the label `x`. */
export function leaseOfAnotherBoot({ dir }: Pick<Cli, "dir">): void {
  const folder = join(dir, "state", "shakedown", "leases", "other-boot");
  mkdirSync(folder, { recursive: true });
  const harness = { pid: process.pid, startedAt: 1, machine: "another boot" };
  const lease = { undo: "nothing", because: "a test" };
  writeFileSync(join(folder, "000001.json"), JSON.stringify({ v: 1, label: "x", harness, lease }));
}

const stream = (write: (text: string) => void): Host["stdout"] => ({ write, isTTY: false, columns: undefined });
