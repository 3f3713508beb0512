/** Starts the stand-in harness and waits until all its deeds are done. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { undo } from "../../runner/undo/interpret.ts";
import { type Child, start } from "./child.ts";
import { eventually } from "./eventually.ts";
import type { StateHost } from "./state-host.ts";

/** Disposed, nothing of it is left, whatever the test found. */
interface StandIn extends AsyncDisposable {
  readonly child: Child;
  readonly stopped: number;
  /** 0 where no cgroup can be made. */
  readonly inside: number;
  readonly paths: readonly string[];
  readonly file: string;
  readonly router: number;
  readonly watchdog: number | null;
  readonly valueNow: () => string;
}

export async function standInHarness(state: StateHost, run: string, mode: "watchdog" | "alone"): Promise<StandIn> {
  const entry = fileURLToPath(new URL("./stand-in-harness.main.ts", import.meta.url));
  const child = start([state.host.node, entry, run, mode], { env: state.env });
  const told = await eventually(() => {
    if (child.process.exitCode !== null) throw new Error(`the stand-in ended: ${child.err()}`);
    return JSON.parse(child.out());
  });
  return {
    child,
    ...told,
    valueNow: () => readFileSync(told.file, "utf8").trim(),
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      await undo({ undo: "processes", run }, state.host);
      await undo({ undo: "cgroup", paths: told.paths }, state.host);
    },
  };
}
