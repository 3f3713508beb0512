/** Targets of an arm: programs, addresses, who needs whom; and their resolved form. */
import { relative, resolve } from "node:path";
import type { Hook, ReadySpec, TargetSpec } from "../record/scenario.ts";
import { isLoopback } from "../shared/loopback.ts";
import type { CheckContext } from "./context.ts";
import { targetReferences } from "./document/interpolate.ts";
import { didYouMean, suggest } from "./document/suggest.ts";
import { at, child, entries, items, type Node, text } from "./document/tree.ts";
import type { ArmDraft, HookInput, Item, Named } from "./draft.ts";
import { isFolder, resolveCommand } from "./programs.ts";
import type { LoadInput } from "./schema/load.ts";
import type { ProcessTargetInput, TargetInput } from "./schema/targets.ts";
import { speaksTls } from "./traffic/transport.ts";

export function checkTargets(arm: ArmDraft, context: CheckContext): void {
  for (const [name, { node, value }] of arm.targets) {
    checkReferences(node, arm.targets, context);
    if (value?.kind === "process") checkProcess(node, value, context);
    if (value?.kind === "http") checkUrl(node, value.url, context);
    const circle = circleFrom(name, arm.targets);
    if (circle !== null) tellCircle(node, circle, context);
  }
}

function checkReferences(node: Node, targets: Named<TargetInput>, { problems }: CheckContext): void {
  for (const [, variable] of entries(child(node, "env"))) {
    for (const { target, written } of targetReferences(text(variable) ?? "")) {
      if (!targets.has(target)) {
        problems.within(variable, written, `no target is named "${target}"`, suggest(target, targets.keys()));
      }
    }
  }
}

/** Read from the tree, not from the value: a target with another mistake still has its place in the order. */
const needsOf = (node: Node | undefined): string[] => [
  ...new Set(
    entries(child(node, "env")).flatMap(([, it]) => targetReferences(text(it) ?? "").map((ref) => ref.target)),
  ),
];

/** The shortest way from a target back to itself; null when there is none. */
function circleFrom(name: string, targets: Named<TargetInput>): readonly string[] | null {
  const queue: string[][] = [[name]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of needsOf(targets.get(path.at(-1) as string)?.node)) {
      if (next === name) return [...path, next];
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return null;
}

/** Told once per circle: at the target that comes first in the alphabet. */
function tellCircle(node: Node, circle: readonly string[], { problems }: CheckContext): void {
  if ([...circle].sort()[0] !== circle[0]) return;
  const next = circle[1] as string;
  const found = entries(child(node, "env")).flatMap(([, variable]) =>
    targetReferences(text(variable) ?? "")
      .filter((it) => it.target === next)
      .map((it) => ({ variable, written: it.written })),
  )[0];
  const message =
    circle.length === 2
      ? "a target can't need its own address"
      : `these targets wait for each other: ${circle.join(" → ")}`;
  if (found !== undefined)
    problems.within(found.variable, found.written, message, "each target starts after those it needs");
}

/** Names with dependencies first, else in declared order. Unknown names and circles were refused before. */
export function startOrder(targets: Named<TargetInput>): readonly string[] {
  const order = new Set<string>();
  const visit = (name: string, above: readonly string[]): void => {
    if (order.has(name) || above.includes(name)) return;
    for (const need of needsOf(targets.get(name)?.node)) visit(need, [...above, name]);
    order.add(name);
  };
  for (const name of targets.keys()) visit(name, []);
  return [...order];
}

function checkProcess(node: Node, value: ProcessTargetInput, context: CheckContext): void {
  const cwd = resolve(context.folder, value.cwd ?? ".");
  if (!isFolder(cwd)) {
    const place = child(node, "cwd");
    if (place !== undefined) context.problems.at(place, `there is no folder "${value.cwd}"`, `looked for ${cwd}`);
    return;
  }
  const env = { ...context.env, ...value.env };
  const built = value.build !== undefined;
  checkCommand(child(node, "command"), value.command, { ...context, cwd, env, built });
  if (value.build !== undefined)
    checkCommand(child(node, "build"), value.build, { ...context, cwd, env, built: false });
}

function checkCommand(
  node: Node | undefined,
  command: readonly string[],
  context: CheckContext & { readonly cwd: string; readonly built: boolean },
): void {
  const { missing } = resolveCommand(command, context);
  const argument = missing === null ? undefined : at(node, [missing.index]);
  if (missing !== null && argument !== undefined) context.problems.at(argument, missing.message, missing.hint);
}

function checkUrl(target: Node, given: string, { draft, problems }: CheckContext): void {
  const [message, hint] = urlProblem(given, draft.safety?.allow.hosts ?? null) ?? [];
  if (message !== undefined) problems.at(child(target, "url") ?? target, message, hint);
}

/** Message and hint. `hosts` are those that may be loaded besides this machine's own; null is any. */
function urlProblem(given: string, hosts: readonly string[] | null): readonly [string, string?] | null {
  const found = `, found ${JSON.stringify(given)}`;
  const url = URL.parse(given);
  if (url === null) return [`expected a URL such as "http://127.0.0.1:8080"${found}`];
  if (url.protocol !== "http:" && url.protocol !== "https:") return [`expected an http: or https: URL${found}`];
  if (url.username !== "" || url.password !== "") {
    return ["expected a URL without user and password", "send an authorization header with the requests"];
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return [`expected only scheme, host and port${found}`, "paths belong to load.requests and ready.path"];
  }
  const allowed = hosts?.map((it) => it.toLowerCase());
  if (isLoopback(url.hostname) || allowed === undefined) return null;
  if (allowed.includes(url.hostname) || allowed.includes(url.host)) return null;
  return [
    `${url.hostname} is not on this machine and not in safety.allow.hosts`,
    didYouMean(url.hostname, allowed) ?? `if you may load it, add safety: { allow: { hosts: [${url.hostname}] } }`,
  ];
}

/** Paths as written, `cwd` relative to the scenario file: the same in every clone. */
export function targetAsWritten(
  name: string,
  { node, value }: Item<TargetInput>,
  folder: string,
  load: LoadInput | undefined,
): TargetSpec {
  if (value === undefined) throw new Error(`target ${name} has problems that were not told`);
  const needs = needsOf(node);
  const ready = readySpec(value.ready, speaksTls(name, value, load));
  if (value.kind === "http") return { kind: "http", name, url: new URL(value.url).origin, ready, needs };
  return {
    kind: "process",
    name,
    command: value.command,
    cwd: relative(folder, resolve(folder, value.cwd ?? ".")) || ".",
    env: value.env,
    build: value.build ?? null,
    instances: value.instances,
    ready,
    restart: { delayMs: value.restart.delay, maxInARow: value.restart.maxInARow },
    limits: { memory: value.limits.memory ?? null, cpu: value.limits.cpu ?? null },
    needs,
  };
}

const readySpec = ({ path, within, scheme }: TargetInput["ready"], overTls: boolean): ReadySpec => ({
  path: path ?? null,
  withinMs: within,
  ...(scheme === "https" || overTls ? { scheme: "https" as const } : {}),
});

/** With the paths of this machine. */
export function targetHere(spec: TargetSpec, { folder, env, node }: CheckContext): TargetSpec {
  if (spec.kind === "http") return spec;
  const cwd = resolve(folder, spec.cwd);
  const context = { cwd, env: { ...env, ...spec.env }, node, built: spec.build !== null };
  return {
    ...spec,
    cwd,
    command: resolveCommand(spec.command, context).command,
    build: spec.build === null ? null : resolveCommand(spec.build, context).command,
  };
}

export function checkHooks(hooks: readonly Item<HookInput>[], context: CheckContext): void {
  for (const { node, value } of hooks) {
    if (value === undefined) continue;
    const list = items(node).length > 0 ? node : child(node, "command");
    checkCommand(list, commandOf(value), { ...context, cwd: context.folder, built: false });
  }
}

const commandOf = (hook: HookInput): readonly string[] => (isArgv(hook) ? hook : hook.command);
const isArgv = (hook: HookInput): hook is Extract<HookInput, readonly string[]> => Array.isArray(hook);

const defaultHookTimeoutMs = 60_000;

export const hookAsWritten = ({ value }: Item<HookInput>): Hook => {
  if (value === undefined) throw new Error("a hook has problems that were not told");
  return { command: commandOf(value), timeoutMs: isArgv(value) ? defaultHookTimeoutMs : value.timeout };
};

export const hookHere = (hook: Hook, { folder, env, node }: CheckContext): Hook => ({
  ...hook,
  command: resolveCommand(hook.command, { cwd: folder, env, node, built: false }).command,
});
