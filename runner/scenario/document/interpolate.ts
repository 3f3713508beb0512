/**
 * `${env:NAME}` and `${targets.NAME.address}` in texts. The first is filled in here, the second is known only when that target is up;
 * `${feed.NAME.COLUMN}` and `${vars.NAME}` only when a request is sent.
 */

import { methods } from "../schema/request.ts";
import type { Problems } from "./problems.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { mapScalars, type Node, type Path } from "./tree.ts";

const parts = ["address", "host", "port"];
/** Fields of a request in which values are filled in when it is sent. */
const templated = new Set<string>([...methods, "path", "headers", "body", "check"]);
const reference = /\$\{targets\.([^.}]*)\.([^}]*)\}/g;

/** Fills in the environment and checks the form of all references. `$${` is a plain `${`. */
export const interpolate = (root: Node, env: Readonly<Record<string, string | undefined>>, problems: Problems): Node =>
  mapScalars(root, (node) =>
    typeof node.value === "string" && node.value.includes("${")
      ? { ...node, value: fill(node, node.value, env, problems) }
      : node,
  );

/** Names of the targets that a text refers to, with the reference as written. */
export const targetReferences = (text: string): readonly { readonly target: string; readonly written: string }[] =>
  [...text.matchAll(reference)].map(([written, target = ""]) => ({ target, written }));

function fill(node: Node, text: string, env: Readonly<Record<string, string | undefined>>, problems: Problems): string {
  return text.replace(/(\$?)\$\{([^}]*)(\}?)/g, (written, dollar: string, name: string, end: string) => {
    const tell = (message: string, hint: string | null = null): string => {
      problems.within(node, written, message, hint);
      return written;
    };
    if (dollar !== "") {
      // The address would be filled in later all the same: it is the only kind that stays in the text.
      if (name.startsWith("targets.")) return tell("the address of a target can't be kept as text here");
      if (isForRequests(name)) return tell("a reference to a feed or a variable can't be kept as text");
      return written.slice(1);
    }
    if (end === "") return tell("expected a } after ${", 'write "$${" for a plain "${"');
    if (name.startsWith("env:")) {
      const variable = name.slice(4);
      if (Object.hasOwn(env, variable) && env[variable] !== undefined) return env[variable];
      return tell(`the environment variable ${variable} is not set`, didYouMean(variable, Object.keys(env)));
    }
    if (isForRequests(name)) {
      if (isRequestText(node.path)) return written;
      return tell("only a request's path, headers, body and check can hold a value of a feed or a variable");
    }
    if (!name.startsWith("targets.")) {
      return tell(
        `expected \${env:NAME} or \${targets.NAME.address}, found ${written}`,
        `${/^[A-Za-z_]\w*$/.test(name) ? `did you mean \${env:${name}}? ` : ""}write "$\${" for a plain "\${"`,
      );
    }
    const [, , part, ...rest] = name.split(".");
    if (!isTargetEnv(node.path)) return tell("only the env of a process target can hold the address of another target");
    if (part === undefined || rest.length > 0 || !parts.includes(part)) {
      return tell(`expected \${targets.NAME.address}, .host or .port, found ${written}`, suggest(part ?? "", parts));
    }
    return written;
  });
}

/** Inside an arm's patch as outside. */
const within = (path: Path): Path => (path[0] === "arms" ? path.slice(2) : path);

/** `targets.NAME.env.VARIABLE` */
function isTargetEnv(path: Path): boolean {
  const own = within(path);
  return own.length === 4 && own[0] === "targets" && own[2] === "env";
}

const isForRequests = (name: string): boolean => /^(feed|vars)\./.test(name);

/** `load.requests[0].FIELD…`, or that of a step. */
function isRequestText(path: Path): boolean {
  const [load, requests, , ...inside] = within(path);
  const field = inside[0] === "steps" ? inside[2] : inside[0];
  return load === "load" && requests === "requests" && templated.has(String(field));
}
