/** A run as somebody at a terminal follows and ends it. */
import type { conductRun, RunResult } from "../../orchestrate/run.ts";
import { Exit } from "../../shared/errors.ts";
import type { Interrupt } from "../../shared/host.ts";
import type { Cli } from "../context.ts";
import type { Begun } from "./begin.ts";
import { followProgress } from "./progress.ts";

/** One Ctrl-C may arrive twice: from the terminal, and passed on by the launcher. */
const sameSignalMs = 500;

/** How the record and the report tell it. */
const interruptions: Readonly<Record<Interrupt, string>> = {
  SIGINT: "Ctrl-C",
  SIGTERM: "SIGTERM",
  SIGHUP: "its terminal is gone (SIGHUP)",
};

/** Conducts a run under its progress view; the first signal undoes everything, a second one leaves that to the watchdog. */
export async function conduct(
  cli: Cli,
  { run: about, record, first, from }: Begun,
  start: (options: Pick<Parameters<typeof conductRun>[0], "signal" | "onProgress">) => Promise<RunResult>,
): Promise<{ readonly result: RunResult; readonly signalled: Interrupt | null }> {
  const { host } = cli;
  const stop = new AbortController();
  let signalled: Interrupt | null = null;
  let signalledAt = 0;
  const view = followProgress(cli, about, record, from);
  for (const it of first) record.journal(it);
  using _ = host.onInterrupt((signal) => {
    if (signalled !== null) {
      if (host.clock.now() - signalledAt < sameSignalMs) return;
      view.close();
      host.stderr.write("ended at once; the watchdog undoes what is left\n");
      process.exit(signalled === "SIGINT" ? Exit.interrupted : Exit.terminated);
    }
    signalled = signal;
    signalledAt = host.clock.now();
    view.say("interrupted: undoing faults and stopping targets (once more to leave that to the watchdog)");
    stop.abort(interruptions[signal]);
  });
  try {
    return { result: await start({ signal: stop.signal, onProgress: view.progress }), signalled };
  } finally {
    view.close();
  }
}
