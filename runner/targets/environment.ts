/** The environment of instances. */
import { UserError } from "../shared/errors.ts";
import type { TargetContext } from "./context.ts";

type Env = Readonly<Record<string, string | undefined>>;

const reference = /\$\{targets\.([^.}]+)\.(address|host|port)\}/g;

/** Puts addresses of targets that are up in place of `${targets.NAME.address}` (host:port), `.host` and `.port`. */
export function withAddresses(
  env: Readonly<Record<string, string>>,
  addressOf: TargetContext["addressOf"],
): Record<string, string> {
  const resolve = (_: string, name: string, part: string) => {
    const { host, port } = addressOf(name);
    return part === "host" ? host : part === "port" ? String(port) : `${host}:${port}`;
  };
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replace(reference, resolve)]));
}

/** Later ones win, but for NODE_OPTIONS: the scenario's own and those of samplers (preloads) both count. */
export function joinEnv(inherited: Env, own: Env, added: Env): Env {
  const options = [own.NODE_OPTIONS ?? inherited.NODE_OPTIONS, added.NODE_OPTIONS].filter(Boolean).join(" ");
  return { ...inherited, ...own, ...added, ...(options === "" ? {} : { NODE_OPTIONS: options }) };
}

/** What a build may know: everything but addresses, since nothing is up. */
export const withoutAddresses = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value.search(reference) < 0));

export const noProgram = (target: string, program: string): UserError =>
  new UserError(`target ${target}: there is no program ${program}`, {
    hint: "a command is looked up in PATH, and relative to the target's cwd when it has a slash; it must be executable",
  });
