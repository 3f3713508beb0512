/** What a process and all its children used: CPU time by the shell's own `time`, memory by looking at them. */
import { sh } from "../support/sh.ts";
import type { Bench, Cost } from "./bench.ts";
import { watchMemory } from "./memory.ts";

/** Runs argv and appends the line that `cpuSecondsOf` reads to standard error. */
export const timed = (argv: readonly string[]): [string, ...string[]] => [
  "bash",
  "-c",
  'TIMEFORMAT="@cpu %3U %3S"; time "$@"',
  "bash",
  ...argv,
];

export function cpuSecondsOf(stderr: string): number {
  const [, user, system] = /@cpu ([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  if (user === undefined || system === undefined) throw new Error(`no CPU time in: ${stderr.slice(-500)}`);
  return Number(user) + Number(system);
}

/** A load generator run to its end on its core. @throws Error with its output when it fails */
export async function runTimed(
  { host, pinning }: Bench,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost & { stdout: string }> {
  const run = sh({ env: { ...host.env, ...env }, timeout: "90s", nothrow: true });
  const running = run`${timed([...pinning.generator, ...argv])}`;
  using memory = watchMemory(running.pid ?? 0);
  const it = await running;
  if (!it.ok) throw new Error(`${argv.join(" ")}: exit ${it.exitCode}\n${it.stdall.slice(-2000)}`);
  return { stdout: it.stdout, cpuSeconds: cpuSecondsOf(it.stderr), peakBytes: memory.peakBytes() };
}
