/** Builds what a process target runs, before the arm's first trial. */
import type { ProcessTargetSpec } from "../record/scenario.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { runProgram } from "../shared/run-program.ts";
import { findProgram } from "../substrate/launch.ts";
import { joinEnv, noProgram, withoutAddresses } from "./environment.ts";

/** A build that takes longer hangs. */
const withinMs = 30 * 60_000;

/**
 * Runs `build` in the target's cwd; nothing when it has none. `env` is added to the harness's own (SHAKEDOWN_RUN).
 * Throws UserError with the end of its output when it fails: without it the arm can't be measured.
 */
export async function buildTarget(
  spec: ProcessTargetSpec,
  host: Host,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly redact: (text: string) => string;
  },
): Promise<void> {
  if (spec.build === null) return;
  const [name = "", ...args] = spec.build;
  const env = joinEnv(host.env, withoutAddresses(spec.env), options.env);
  const program = findProgram(name, env, spec.cwd);
  if (program === null) throw noProgram(spec.name, name);
  const result = await runProgram(host, [program, ...args], {
    cwd: spec.cwd,
    env,
    timeoutMs: withinMs,
    signal: options.signal,
  });
  if (result.exit === 0 || options.signal.aborted) return;
  const how = result.timedOut
    ? `took longer than ${withinMs / 60_000} min`
    : `ended with exit ${result.exit ?? "by signal"}`;
  const what = options.redact(`${spec.build.join(" ")}\n${lastLines(result.output)}`);
  throw new UserError(`the build of target ${spec.name} ${how}: ${what}`, {
    hint: `try it yourself in ${spec.cwd}`,
  });
}

const lastLines = (output: string): string =>
  output
    .trimEnd()
    .split("\n")
    .slice(-20)
    .map((line) => `  | ${line}`)
    .join("\n");
