/** `init`: writes a first scenario that runs as it is, with the reasons beside the fields. */
import { existsSync } from "node:fs";
import { basename, dirname, extname, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { quoted } from "../../../reports/verdict/words/next.ts";
import { loadScenario } from "../../scenario/load.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import { writeWhole } from "../../shared/files.ts";
import { toLine } from "../../shared/lines.ts";
import { isLoopback } from "../../shared/loopback.ts";
import { packageFile } from "../../shared/package.ts";
import { type Cli, commandName } from "../context.ts";
import { tellProblems } from "../tell.ts";

interface InitFlags {
  readonly path: string;
  readonly rate: string;
  readonly file: string;
  readonly force?: boolean;
}

export async function init(cli: Cli, target: string, flags: InitFlags): Promise<Exit> {
  const { host } = cli;
  const file = resolve(host.cwd, flags.file);
  if (existsSync(file) && flags.force !== true) {
    throw new UserError(`${flags.file} exists already`, {
      hint: "name another with --file, or overwrite it with --force",
    });
  }
  const text = firstScenario(target, { ...flags, folder: dirname(file), cwd: host.cwd });
  const checked = loadScenario(file, { text, set: [], env: host.env, node: host.node });
  if (!checked.ok) {
    tellProblems(cli, checked.diagnostics);
    throw new UserError(
      `${flags.file} was not written: a scenario for ${JSON.stringify(target)} would have the problems above`,
      {
        hint: 'give a command with its arguments in quotes ("node server.mjs"), or a URL such as http://127.0.0.1:8080; or mend --path or --rate',
      },
    );
  }
  try {
    writeWhole(file, text);
  } catch (error) {
    throw new UserError(`${flags.file} could not be written: ${messageOf(error)}`, {
      hint: "name another place with --file",
      cause: error,
    });
  }
  for (const allowed of checked.scenario.safety.allow.hosts) {
    host.stderr.write(
      `note: ${flags.file} allows load on ${allowed} (safety.allow.hosts); each run asks for agreement too\n`,
    );
  }
  const next = `${commandName(host)} run ${quoted(flags.file)}`;
  host.stdout.write(
    cli.json ? toLine({ type: "written", file: flags.file, next }) : `${flags.file} written. Next:\n\n  ${next}\n`,
  );
  return Exit.pass;
}

/** The text of a first scenario; `folder` is where it will stand, `cwd` what paths in the command are relative to. */
function firstScenario(target: string, options: InitFlags & { readonly folder: string; readonly cwd: string }): string {
  const url = /^https?:\/\//.test(target) ? urlOf(target) : null;
  const flow = (value: unknown) => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  const schema = relative(options.folder, packageFile("scenarios", "scenario.schema.json"));
  const allow =
    url !== null && !isLoopback(url.hostname) ? `\nsafety: { allow: { hosts: [${flow(url.hostname)}] } }\n` : "";
  const path = url !== null && url.pathname !== "/" && options.path === "/" ? url.pathname + url.search : options.path;
  const service =
    url === null
      ? `    kind: process
    command: ${flow(argvOf(target))}   # argv, no shell; node is shakedown's own, paths are relative to cwd
    cwd: ${flow(relative(options.folder, options.cwd) || ".")}
    instances: 1                  # each gets its own PORT in the environment and must listen there
    ready: { path: ${flow(path)}, within: 15s }`
      : `    kind: http                    # somebody else starts it; shakedown only sends load
    url: ${flow(url.origin)}
    ready: { path: ${flow(path)}, within: 15s }`;
  return `# yaml-language-server: $schema=${schema}
apiVersion: shakedown/v1
name: ${flow(scenarioNameOf(options.file))}
description: A first look at one service under constant load.

targets:
  service:
${service}
${allow}
load:
  target: service
  engine: native
  rate: ${flow(options.rate)}                    # open model: requests are due at this rate, however slow the answers are
  timeout: 2s
  requests:
    - { name: main, get: ${flow(path)} }

phases:
  - { name: warmup, for: 2s, warmup: true }
  - { name: steady, for: 8s }

# With one arm, gates compare with fixed bounds. Add arms (baseline, candidate) and "margin: 10%" to compare two variants.
trials: { count: 3, seed: 1 }

gates:
  - { metric: latency.p95, max: 250ms }
  - { metric: errors.ratio, max: 1% }

abort:
  - { metric: errors.ratio, max: 90%, for: 4s }
`;
}

/** As much of the file's name as a scenario's may hold: results lie below it, and those of two files must not mix. */
function scenarioNameOf(file: string): string {
  const name = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
  return name.replace(/^-+/, "").slice(0, 63) || "first";
}

/** @throws UserError for what is no URL, and for one whose user and password would get lost */
function urlOf(target: string): URL {
  if (!URL.canParse(target)) throw new UserError(`${target} is no URL`, { hint: "such as http://127.0.0.1:8080" });
  const url = new URL(target);
  if (url.username === "" && url.password === "") return url;
  throw new UserError("a scenario's URL has no user and no password", {
    hint: `give ${url.origin}, then send an authorization header with the requests of the scenario`,
  });
}

/** @throws UserError for what only a shell would understand: it would become arguments of the program, silently */
function argvOf(command: string): string[] {
  const argv = words(command);
  const operator = argv.find((it) => /^(?:&&|\|\||[|;&<>]|2?>>?|2>&1)$/.test(it));
  if (operator !== undefined) {
    throw new UserError(`no shell runs the command: ${operator} would be an argument of ${argv[0]}`, {
      hint: "give one program with its arguments; what has to run first goes into build: or before: of the scenario",
    });
  }
  const variable = argv[0]?.match(/^([A-Za-z_]\w*)=(.*)$/s);
  if (variable != null) {
    throw new UserError(`no shell runs the command: ${argv[0]} would be the program`, {
      hint: `leave it out, then write env: { ${variable[1]}: ${JSON.stringify(variable[2])} } under command: in the scenario`,
    });
  }
  return argv;
}

/** Splits a command into argv as a shell would, without a shell: spaces separate, quotes and backslashes keep. */
export function words(command: string): string[] {
  const out: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < command.length; i++) {
    const c = command[i] as string;
    if (quote === null && /\s/.test(c)) {
      if (word !== null) out.push(word);
      word = null;
    } else if (c === quote) quote = null;
    else if (quote === null && (c === "'" || c === '"')) {
      quote = c;
      word ??= "";
    } else if (c === "\\" && quote !== "'" && i + 1 < command.length) {
      i += 1;
      word = (word ?? "") + command[i];
    } else word = (word ?? "") + c;
  }
  if (quote !== null) throw new UserError(`the command has a ${quote} without its partner: ${command}`);
  if (word !== null) out.push(word);
  return out;
}
