import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cgroup } from "../../runner/substrate/cgroup/cgroup.ts";
import { findProgram, launchArgv, launchEnv } from "../../runner/substrate/launch.ts";
import { start } from "../support/child.ts";
import { group } from "../support/group.ts";
import { needs } from "../support/needs.ts";

const node = process.execPath;
const shell = findProgram("sh", process.env, "/") ?? "";
const launched = (argv: readonly [string, ...string[]], cgroup: Cgroup | null = null, env = process.env) =>
  start(launchArgv(node, cgroup, argv), { env: launchEnv(env) });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shakedown launch "));
});
afterAll(() => rm(folder, { recursive: true }));

test("the program gets the launcher's pid, its arguments, streams and exit code, and nothing else is printed", async () => {
  await using child = launched([shell, "-c", 'echo $$ "$0" "$1"; cat; exit 7', "a b", ""]);
  child.process.stdin?.end("from stdin");
  expect(await child.exited).toEqual({ code: 7, signal: null });
  expect(child.out()).toBe(`${child.pid} a b \nfrom stdin`);
  expect(child.err()).toBe("");
});

test("the program gets exactly its environment, and the launcher loads none of its preloads", async () => {
  const preload = join(folder, "preload.cjs");
  await writeFile(preload, `require("node:fs").appendFileSync(${JSON.stringify(join(folder, "loads"))}, "x");`);
  const env = { PATH: process.env.PATH, NODE_OPTIONS: `--require "${preload}"`, ODD: "a=b\nc" };
  await using child = launched(
    [
      node,
      "-e",
      'console.log(JSON.stringify(process.env), require("node:fs").readFileSync(process.argv[1], "utf8"))',
      join(folder, "loads"),
    ],
    null,
    env,
  );
  await child.exited;
  expect(child.err()).toBe("");
  expect(child.out()).toMatch(/ x\n$/);
  expect(JSON.parse(child.out().slice(0, -3))).toEqual(env);
});

test("the program's output blocks as it would from a shell: nothing is lost when it says much at once", async () => {
  const say = 'for (let i = 0; i < 20000; i++) require("fs").writeSync(1, "x".repeat(60) + "\\n");';
  await using child = launched([node, "-e", say]);
  expect([(await child.exited).code, child.err()]).toEqual([0, ""]);
  expect(child.out().split("\n")).toHaveLength(20_001);
});

test("the signals that Node ignores are not left ignored: a program that writes to a closed pipe dies of SIGPIPE as it would from a shell", async () => {
  await using child = launched([findProgram("grep", process.env, "/") ?? "", "SigIgn", "/proc/self/status"]);
  await child.exited;
  // Whoever started the tests may ignore others (a background job of a shell: SIGINT and SIGQUIT).
  const [sigpipe, sigxfsz] = [1n << 12n, 1n << 24n];
  const ignored = BigInt(`0x${/^SigIgn:\t([0-9a-f]+)\n$/.exec(child.out())?.[1]}`);
  expect(ignored & (sigpipe | sigxfsz)).toBe(0n);
});

test("what can't be run is said in one line, with the exit codes of env(1)", async () => {
  const script = join(folder, "script");
  await writeFile(script, "#!/no/such/interpreter\n");
  await chmod(script, 0o755);
  const plain = join(folder, "plain");
  await writeFile(plain, "echo hello\n");
  const wanted = [
    [join(folder, "absent"), 127, "there is no such file"],
    [script, 127, "needs /no/such/interpreter"],
    [plain, 126, "EACCES"],
    [folder, 126, "EISDIR"],
  ] as const;
  for (const [program, code, words] of wanted) {
    await using child = launched([program]);
    expect(await child.exited).toEqual({ code, signal: null });
    expect(child.err()).toContain(words);
    expect(child.err().trimEnd().split("\n")).toHaveLength(1);
  }
  await chmod(plain, 0o755);
  await using child = launched([plain]);
  expect((await child.exited).code).toBe(126);
  expect(child.err()).toContain("neither a program nor a script");
});

test("a script with an interpreter line runs", async () => {
  const script = join(folder, "good");
  await writeFile(script, "#!/bin/sh\necho $$ $1\n");
  await chmod(script, 0o755);
  await using child = launched([script, "x"]);
  await child.exited;
  expect(child.out()).toBe(`${child.pid} x\n`);
});

test("a cgroup that is gone fails the start before the program runs", async () => {
  await using child = start(
    [...launchArgv(node, null, [shell, "-c", "echo ran"])].toSpliced(3, 0, "/no/cgroup.procs") as [string],
  );
  expect((await child.exited).code).toBe(125);
  expect(child.out()).toBe("");
  expect(child.err()).toContain("/no/cgroup.procs");
});

needs.cgroup("the program is inside its cgroup from its first instruction", async () => {
  await using it = group({ memory: 64 * 2 ** 20, cpu: 0.5 }, `launch-${process.pid}`);
  await using child = launched([findProgram("cat", process.env, "/") ?? "", "/proc/self/cgroup"], it);
  await child.exited;
  const inside = child
    .out()
    .split("\n")
    .filter((line) => line.endsWith(`/shakedown/launch-${process.pid}`));
  expect(inside).toHaveLength(it.paths.length);
  expect(it.pids()).toEqual([]);
});

test("a program is found in PATH, by a relative path, and only when it can be executed", async () => {
  const bin = join(folder, "bin");
  await mkdir(bin);
  await mkdir(join(bin, "tool.d"));
  await writeFile(join(bin, "tool"), "");
  expect(findProgram("tool", { PATH: bin }, "/")).toBeNull();
  await chmod(join(bin, "tool"), 0o755);
  expect(findProgram("tool", { PATH: `/none:${bin}` }, "/")).toBe(join(bin, "tool"));
  expect(findProgram("./bin/tool", { PATH: "" }, folder)).toBe(join(bin, "tool"));
  expect(findProgram("tool", { PATH: "bin" }, folder)).toBe(join(bin, "tool"));
  expect(findProgram("tool.d", { PATH: bin }, "/")).toBeNull();
  expect(findProgram("", { PATH: bin }, "/")).toBeNull();
  expect(findProgram("sh", {}, "/")).not.toBeNull();
});
