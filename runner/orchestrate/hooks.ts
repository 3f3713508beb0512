/** `before` and `after` of a trial: programs run once the targets are up, with their addresses in the environment. */
import { basename, isAbsolute } from "node:path";
import type { Hook } from "../record/scenario.ts";
import type { Address } from "../shared/address.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { runProgram } from "../shared/run-program.ts";
import type { EventBody } from "../targets/context.ts";

interface HookContext {
  readonly host: Host;
  readonly env: Readonly<Record<string, string>>;
  /** Handed over as `SHAKEDOWN_TARGET_<NAME>=host:port`. */
  readonly addresses: Readonly<Record<string, Address>>;
  readonly signal: AbortSignal;
  readonly journal: (event: EventBody) => void;
  readonly redact: (text: string) => string;
}

/** What a `before` hook prepares is not there. */
export class HookFailed extends UserError {}

/** @throws HookFailed with the program's last output when one does not exit with 0; those after it don't run */
export async function runBefore(hooks: readonly Hook[], context: HookContext): Promise<void> {
  for (const hook of hooks) {
    if (context.signal.aborted) return;
    const problem = await runHook("before", hook, context);
    if (problem !== null) throw new HookFailed(`a before hook failed: ${problem}`);
  }
}

/** Each of them, whatever became of the others. Returns what went wrong. */
export async function runAfter(hooks: readonly Hook[], context: HookContext): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const hook of hooks) {
    const problem = await runHook("after", hook, context);
    if (problem !== null) problems.push(`an after hook failed, what was measured stands: ${problem}`);
  }
  return problems;
}

async function runHook(when: "before" | "after", hook: Hook, context: HookContext): Promise<string | null> {
  const [program, ...rest] = hook.command;
  if (program === undefined) return null;
  const addresses = Object.fromEntries(
    Object.entries(context.addresses).map(([name, it]) => [
      `SHAKEDOWN_TARGET_${name.toUpperCase().replaceAll("-", "_")}`,
      `${it.host}:${it.port}`,
    ]),
  );
  const result = await runProgram(context.host, [program, ...rest], {
    env: { ...context.env, ...addresses },
    timeoutMs: hook.timeoutMs,
    signal: context.signal,
  });
  context.journal({ type: "hook", when, command: hook.command, exit: result.exit });
  if (result.exit === 0 || context.signal.aborted) return null;
  const how = result.timedOut
    ? `did not end within ${hook.timeoutMs / 1000} s`
    : `ended with ${result.exit ?? "a signal"}`;
  // Before it is cut: the end of a secret is none that is known.
  const said = context.redact(result.output).trim().slice(-500);
  return `${context.redact(shown(hook))} ${how}${said === "" ? "" : `: ${said}`}`;
}

const longestShown = 80;

/** As its author knows it: without the folders of this machine. */
function shown({ command }: Hook): string {
  const words = command.map((it) => (isAbsolute(it) ? basename(it) : it)).join(" ");
  return words.length > longestShown ? `${words.slice(0, longestShown)}…` : words;
}
