/** Each kind of lease: undone, undone twice, and harmless when the thing leased is gone or somebody else's. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { realHost } from "../../runner/shared/real-host.ts";
import { launchArgv } from "../../runner/substrate/launch.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { startRouter } from "../../runner/substrate/router/router.ts";
import { undo } from "../../runner/undo/interpret.ts";
import type { Lease } from "../../runner/undo/lease.ts";
import { start } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { group } from "../support/group.ts";
import { needs } from "../support/needs.ts";
import { sleeper, stateOf } from "../support/sleeper.ts";
import { unique } from "../support/unique.ts";

const host = realHost();
const folder = () => mkdtempSync(join(tmpdir(), "shakedown-undo-"));
/** Undoing once and once more must both succeed. */
const undoTwice = async (lease: Lease) => {
  expect(await undo(lease, host)).toBeNull();
  expect(await undo(lease, host)).toBeNull();
};

test("a stopped process continues", async () => {
  await using it = sleeper();
  it.process.kill("SIGSTOP");
  await eventually(() => expect(stateOf(it.pid)).toBe("stopped"));
  await undoTwice({ undo: "signal", signal: "SIGCONT", pid: it.pid, startedAt: it.startedAt });
  expect(stateOf(it.pid)).toBe("running");
});

test("a stranger with a reused pid is neither continued nor killed nor written to", async () => {
  await using it = sleeper();
  it.process.kill("SIGSTOP");
  await eventually(() => expect(stateOf(it.pid)).toBe("stopped"));
  const other = { pid: it.pid, startedAt: it.startedAt - 1 };
  const file = join(folder(), "score");
  writeFileSync(file, "0");
  await undoTwice({ undo: "signal", signal: "SIGCONT", ...other });
  await undoTwice({ undo: "kill", ...other });
  await undoTwice({ undo: "write", file, value: "1000", of: other });
  expect(stateOf(it.pid)).toBe("stopped");
  expect(readFileSync(file, "utf8")).toBe("0");
});

test("a helper process is killed, also when it is stopped", async () => {
  await using it = sleeper();
  it.process.kill("SIGSTOP");
  await undoTwice({ undo: "kill", pid: it.pid, startedAt: it.startedAt });
  expect(stateOf(it.pid)).toBe("gone");
});

test("a former value reads back", async () => {
  const file = join(folder(), "limit");
  writeFileSync(file, "1");
  await undoTwice({ undo: "write", file, value: "160", of: null });
  expect(readFileSync(file, "utf8").trim()).toBe("160");
});

test("a value whose file is gone needs no undo, and no file is made", async () => {
  const file = join(folder(), "limit");
  await undoTwice({ undo: "write", file, value: "160", of: null });
  expect(existsSync(file)).toBe(false);
});

test("a value that can't be put back is told with a command that mends it", async () => {
  const path = join(folder(), "limit");
  mkdirSync(path);
  const failure = await undo({ undo: "write", file: path, value: "160", of: null }, host);
  expect(failure?.reason).toContain(path);
  expect(failure?.mend).toBe(`printf '%s\\n' '160' > ${path}`);
});

needs.cgroup("an OOM score of a living process is put back", async () => {
  await using it = sleeper();
  const file = `/proc/${it.pid}/oom_score_adj`;
  writeFileSync(file, "1000");
  await undoTwice({ undo: "write", file, value: "0", of: { pid: it.pid, startedAt: it.startedAt } });
  expect(readFileSync(file, "utf8").trim()).toBe("0");
});

needs.cgroup("memory limits go back whatever the order they are leased in", async () => {
  await using it = group({ memory: 64 * 2 ** 20, cpu: 0.5 });
  const files = [...it.memoryLimitFiles(), ...it.cpuLimitFiles()];
  const of = files.map(({ file, value }): Lease => ({ undo: "write", file, value, of: null }));
  it.setMemoryLimit(32 * 2 ** 20);
  it.setCpuLimit(0.1);
  await undoTwice({ undo: "all", of: of.toReversed() });
  expect(it.memory().limit).toBe(64 * 2 ** 20);
  it.setMemoryLimit(128 * 2 ** 20);
  await undoTwice({ undo: "all", of });
  expect(it.memory().limit).toBe(64 * 2 ** 20);
  expect(it.cpuLimit()).toBe(0.5);
});

needs.cgroup("a lifted limit goes back to unlimited", async () => {
  await using it = group();
  const of = [...it.memoryLimitFiles(), ...it.cpuLimitFiles()].map(
    ({ file, value }): Lease => ({ undo: "write", file, value, of: null }),
  );
  it.setMemoryLimit(32 * 2 ** 20);
  it.setCpuLimit(0.1);
  await undoTwice({ undo: "all", of });
  expect([it.memory().limit, it.cpuLimit()]).toEqual([null, null]);
});

needs.cgroup("a cgroup goes with what is inside", async () => {
  await using inside = group();
  await using it = start(launchArgv(host.node, inside, ["/bin/sleep", "600"]));
  await eventually(() => expect(inside.pids()).toContain(it.pid));
  await undoTwice({ undo: "cgroup", paths: inside.paths });
  expect(inside.paths.filter((path) => existsSync(path))).toEqual([]);
  expect(stateOf(it.pid)).toBe("gone");
});

test("a cgroup that the harness did not make is left alone, and that is told", async () => {
  const path = folder();
  const failure = await undo({ undo: "cgroup", paths: [path] }, host);
  expect(failure?.reason).toContain(path);
  expect(existsSync(path)).toBe(true);
});

test("a toxic is taken off, and a router that is gone has none", async () => {
  const router = await startRouter(host, { env: host.env, onConnections: () => undefined, onExit: () => undefined });
  const { controlPort: port, token } = router.link;
  await router.link.add("slow", { type: "down" }, 1);
  expect(await router.link.touched("slow")).toMatchObject({ on: true });
  await undoTwice({ undo: "toxic", port, token, toxic: "slow" });
  expect(await router.link.touched("slow")).toMatchObject({ on: false });
  await router.stop();
  await undoTwice({ undo: "toxic", port, token, toxic: "slow" });
});

test("whoever listens at the port of a router that is gone is not taken for it", async () => {
  const server = createServer((socket) => socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await undoTwice({ undo: "toxic", port, token: "secret", toxic: "slow" });
  server.close();
});

test("every process of a run ends, stopped ones and grandchildren too; those of other runs and unmarked ones do not", async () => {
  const run = unique("sweep");
  await using one = sleeper({ SHAKEDOWN_RUN: run });
  await using two = sleeper({ SHAKEDOWN_RUN: run });
  await using parent = start(["sh", "-c", "sleep 600 & sleep 600"], {
    env: { PATH: "/bin:/usr/bin", SHAKEDOWN_RUN: run },
  });
  await using other = sleeper({ SHAKEDOWN_RUN: `${run}-other` });
  await using bystander = sleeper();
  two.process.kill("SIGSTOP");
  await eventually(() => expect(processesWith("SHAKEDOWN_RUN", run).length).toBeGreaterThanOrEqual(4));
  await undoTwice({ undo: "processes", run });
  expect([one, two, parent].map((it) => stateOf(it.pid))).toEqual(["gone", "gone", "gone"]);
  expect(processesWith("SHAKEDOWN_RUN", run)).toEqual([]);
  expect([other, bystander].map((it) => stateOf(it.pid))).toEqual(["running", "running"]);
});

needs.python(
  "a process that is just becoming another program is waited for: it shows no environment, and may be of the run",
  async () => {
    // As the kernel shows it within execve, until a line comes: neither arguments nor environment (PR_SET_MM_MAP).
    const script = `import ctypes, struct, sys
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
fields = open("/proc/self/stat").read().rsplit(")", 1)[1].split()
at = lambda n: int(fields[n - 3])
def show(arg_end, env_end):
    memory = [*map(at, (26, 27, 45, 46, 47)), libc.sbrk(0), at(28), at(48), arg_end, at(50), env_end, 0, 0, -1]
    map_ = ctypes.create_string_buffer(struct.pack("<12QIi", *memory))
    if libc.prctl(35, 14, ctypes.byref(map_), ctypes.c_ulong(104), ctypes.c_ulong(0)): sys.exit("prctl")
show(at(48), at(50))
print("hidden", flush=True)
sys.stdin.readline()
show(at(49), at(51))
sys.stdin.read()`;
    const run = unique("sweep");
    await using it = start(["python3", "-c", script], { env: { ...process.env, SHAKEDOWN_RUN: run } });
    await eventually(() => expect(it.out(), it.err()).toBe("hidden\n"));
    expect(processesWith("SHAKEDOWN_RUN", run)).toEqual([]);
    const swept = undo({ undo: "processes", run }, host);
    await setTimeout(100);
    it.process.stdin?.write("\n");
    expect(await swept).toBeNull();
    expect(stateOf(it.pid)).toBe("gone");
  },
);

test("a worktree is removed and forgotten by its repository", async () => {
  const repository = folder();
  const git = (...argv: string[]) => execFileSync("git", ["-C", repository, ...argv], { encoding: "utf8" });
  git("init", "-q");
  git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-m", "first");
  const path = join(folder(), "tree");
  git("worktree", "add", "-q", "--detach", path);
  writeFileSync(join(path, "built"), "untracked");
  await undoTwice({ undo: "worktree", repository, path });
  expect(existsSync(path)).toBe(false);
  expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
});

test("a worktree that git had only begun is removed too: an empty folder, or one that is still locked", async () => {
  const repository = folder();
  const git = (...argv: string[]) => execFileSync("git", ["-C", repository, ...argv], { encoding: "utf8" });
  git("init", "-q");
  git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "--allow-empty", "-m", "first");
  const [empty, unmade, locked] = ["empty", "unmade", "locked"].map((it) => join(folder(), it)) as [
    string,
    string,
    string,
  ];
  mkdirSync(empty);
  git("worktree", "add", "-q", "--detach", locked);
  writeFileSync(join(repository, ".git", "worktrees", "locked", "locked"), "initializing");
  for (const path of [empty, unmade, locked]) {
    await undoTwice({ undo: "worktree", repository, path });
    expect(existsSync(path)).toBe(false);
  }
  expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
});

test("of several, the others are undone though one fails", async () => {
  await using it = sleeper();
  const blocked = join(folder(), "limit");
  mkdirSync(blocked);
  const failure = await undo(
    {
      undo: "all",
      of: [
        { undo: "nothing", because: "test" },
        { undo: "cgroup", paths: [blocked] },
        { undo: "kill", pid: it.pid, startedAt: it.startedAt },
      ],
    },
    host,
  );
  expect(failure?.reason).toContain(blocked);
  expect(stateOf(it.pid)).toBe("gone");
});
