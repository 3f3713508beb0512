/** The command on a system whose Node is too old: by npx in the clone, and by the launcher itself. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { collected } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { type Finished, type Harness, harness, noNoiseCheck, service } from "../support/harness.ts";
import { need } from "../support/needs.ts";
import { olderNode } from "../support/older-node.ts";

const root = join(import.meta.dirname, "..", "..");
const launcher = join(root, "runner", "cli", "shakedown.mjs");
const older = olderNode();
const onOlderNode = need(older === null ? "a Node of version 18 to 23 on the PATH, with its npx" : null, false);
/** `make setup` fetches a newer one only where the system's own is older. */
const fetched = existsSync(join(root, ".tools", "node_modules", ".bin", "node"));
const handedOver = need(onOlderNode.missing ?? (fetched ? null : "a newer Node in .tools/"), false);
const found = () => {
  if (older === null) throw new Error("there is no older Node");
  return older;
};

const direct = () => [found().node, launcher];
const byNpx = () => [found().npx, "--no-install", "shakedown"];

/** In the clone, with no newer Node on the PATH; in a group of its own, as a terminal starts a command. */
function begin({ dir }: Harness, command: readonly string[], ...argv: string[]) {
  const child = spawn(command[0] as string, [...command.slice(1), ...argv], {
    cwd: root,
    env: {
      ...process.env,
      PATH: found().path,
      XDG_STATE_HOME: join(dir, "state"),
      npm_config_cache: join(dir, "npm"),
      NO_COLOR: "1",
    },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { out, err, closed } = collected(child);
  // As a shell tells it: npx ends itself by the signal, once what it started has ended.
  const done = closed.then(
    ({ code, signal }): Finished => ({
      code: signal === null ? code : 128 + constants.signals[signal],
      ...{ out: out(), err: err() },
    }),
  );
  return {
    child,
    done,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await done;
    },
  };
}

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const scenario = `
apiVersion: shakedown/v1
name: short
targets:
  db: { kind: process, command: [node, ${JSON.stringify(service("db"))}], ready: { path: /healthz } }
load: { target: db, engine: native, rate: 20/s, requests: [{ name: query, get: /query?key=1 }] }
phases: [{ name: steady, for: 60s }]
${noNoiseCheck}
trials: { count: 1, seed: 1 }
gates: [{ metric: errors.ratio, max: 50% }]
`;

for (const [name, command] of [
  ["the launcher", direct],
  ["npx", byNpx],
] as const) {
  handedOver(`${name} on an older Node runs the command, and passes on its answer and its exit code`, async () => {
    using cli = harness();
    expect(await begin(cli, command(), "--version").done).toEqual({ code: 0, out: `${version}\n`, err: "" });
    cli.write("bad.yaml", "name: bad\n");
    const { code, out, err } = await begin(cli, command(), "validate", join(cli.dir, "bad.yaml")).done;
    expect(code, err).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("bad.yaml");
  });

  handedOver(`a Ctrl-C in a run by ${name} on an older Node ends with 130, and leaves nothing`, async () => {
    using cli = harness();
    cli.write("short.yaml", scenario);
    const file = join(cli.dir, "short.yaml");
    await using run = begin(cli, command(), "run", file, "--no-history", "--out", join(cli.dir, "results"));
    await cli.reached("phase");
    process.kill(-(run.child.pid as number), "SIGINT");
    const { code, err } = await run.done;
    expect(code, err).toBe(130);
    expect(cli.journal().at(-1)).toMatchObject({ type: "run.end", status: "interrupted" });
    const id = cli.newest().split("/").at(-1) as string;
    await eventually(() => expect(processesWith("SHAKEDOWN_RUN", id)).toEqual([]));
  });
}

onOlderNode("without a Node that is new enough, it says what is needed and ends with 2", async () => {
  using cli = harness();
  const copy = join(cli.dir, "runner", "cli", "shakedown.mjs");
  cpSync(launcher, copy);
  const { code, out, err } = await begin(cli, [found().node, copy], "--version").done;
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toBe(
    `shakedown needs Node 24 or newer; this is ${found().version}.\n` +
      `Run "make setup" in a clone (it fetches one into .tools/), or install a newer Node.\n`,
  );
});
