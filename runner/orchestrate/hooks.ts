/** `before` and `after` of a trial: programs run once the targets are up, with their addresses in the environment. */
import type { Hook } from "../record/scenario.ts";
import type { Address } from "../shared/address.ts";
import { UserError } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { runProgram } from "../shared/run-program.ts";
import type { EventBody } from "../targets/context.ts";

export interface HookContext {
  readonly host: Host;
  readonly env: Readonly<Record<string, string>>;
  /** Handed over as `SHAKEDOWN_TARGET_<NAME>=host:port`. */
  readonly addresses: Readonly<Record<string, Address>>;
  readonly signal: AbortSignal;
  readonly journal: (event: EventBody) => void;
}

/** Throws UserError with the program's last output when one does not exit with 0. */
export async function runHooks(when: "before" | "after", hooks: readonly Hook[], context: HookContext): Promise<void> {
  const addresses = Object.fromEntries(
    Object.entries(context.addresses).map(([name, it]) => [
      `SHAKEDOWN_TARGET_${name.toUpperCase().replaceAll("-", "_")}`,
      `${it.host}:${it.port}`,
    ]),
  );
  for (const hook of hooks) {
    const [program, ...rest] = hook.command;
    if (program === undefined || context.signal.aborted) return;
    const result = await runProgram(context.host, [program, ...rest], {
      env: { ...context.env, ...addresses },
      timeoutMs: hook.timeoutMs,
      signal: context.signal,
    });
    context.journal({ type: "hook", when, command: hook.command, exit: result.exit });
    if (result.exit === 0 || context.signal.aborted) continue;
    const how = result.timedOut
      ? `did not end within ${hook.timeoutMs / 1000} s`
      : `ended with ${result.exit ?? "a signal"}`;
    const said = result.output.trim().slice(-500);
    throw new UserError(`the ${when} hook ${hook.command.join(" ")} ${how}${said === "" ? "" : `: ${said}`}`);
  }
}
