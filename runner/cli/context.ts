/** What every command gets: the host and the global options. */
import { sep } from "node:path";
import { quoted } from "../../reports/verdict/words/next.ts";
import type { Host } from "../shared/host.ts";
import { packageFile } from "../shared/package.ts";

export interface Cli {
  readonly host: Host;
  /** stdout carries NDJSON, the verdict last. */
  readonly json: boolean;
  /** No progress on stderr. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Colours on stdout and on stderr. */
  readonly color: { readonly out: boolean; readonly err: boolean };
}

/** Where records go without --out. */
export const defaultOut = "results";

/** The program as a record names it: in a clone, and through npx, `npx shakedown`. */
export const programName = ({ env }: Pick<Host, "env">): string =>
  import.meta.url.endsWith(".ts") || env.npm_command === "exec" ? "npx shakedown" : "shakedown";

/**
 * How it is called from here. npx finds a clone's from within the clone only; elsewhere it would offer to install whatever the
 * registry has under that name, so there it is called by its path.
 */
export function commandName({ env, cwd }: Pick<Host, "env" | "cwd">): string {
  const isFound = env.npm_command === "exec" || !import.meta.url.endsWith(".ts") || isInClone(cwd);
  return isFound ? programName({ env }) : quoted(packageFile("runner", "cli", "shakedown.mjs"));
}

const isInClone = (folder: string): boolean => `${folder}${sep}`.startsWith(`${packageFile()}${sep}`);

/** Commands as the other rooms write them, `shakedown recover`, as they are typed here. */
export const asCalled = (host: Pick<Host, "env" | "cwd">, text: string): string =>
  text.replaceAll(
    /(?<!npx )\bshakedown (?=(?:baseline|compare|doctor|history|init|judge|list|plan|prune|recover|report|run|validate)\b)/g,
    `${commandName(host)} `,
  );

interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** NO_COLOR and --no-color win over FORCE_COLOR, which wins over what the stream is (no-color.org, force-color.org). */
export function cliContext(host: Host, options: GlobalOptions): Cli {
  const never = options.color === false || (host.env.NO_COLOR ?? "") !== "";
  const always = (host.env.FORCE_COLOR ?? "") !== "" && host.env.FORCE_COLOR !== "0";
  const on = (tty: boolean) => !never && (always || tty);
  return {
    host,
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    color: { out: on(host.stdout.isTTY), err: on(host.stderr.isTTY) },
  };
}
