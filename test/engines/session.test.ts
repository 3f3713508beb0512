/** The harness notices workers that die, lie or hang, and leaves none behind. */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { autocannon } from "../../runner/engines/autocannon/autocannon.ts";
import { native } from "../../runner/engines/native/native.ts";
import { startLoad } from "../../runner/engines/session.ts";
import type { LatencyLine } from "../../runner/record/load-lines.ts";
import { UserError } from "../../runner/shared/errors.ts";
import type { Host } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { startNode } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { aLoad, allOf, countsOf, onePhase } from "../support/load.ts";
import { httpServer, tcpServer } from "../support/tcp-server.ts";

const folder = mkdtempSync(join(tmpdir(), "shakedown-workers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that runs this code; `say(type, fields)` prints a numbered line, `on(verb, f)` reacts to commands. */
function fakeWorker(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { createInterface } from "node:readline";
     let seq = 0;
     const say = (type, fields = {}) => console.log(JSON.stringify({ seq: seq++, type, ...fields }));
     const ready = () => say("ready", { stamp: "intended", binMs: 100, histogramError: 0.001, lacks: {} });
     const zero = { due: 0, sent: 0, ok: 0 };
     const handlers = {};
     const on = (verb, f) => { handlers[verb] = f; };
     let first = true;
     createInterface({ input: process.stdin }).on("line", (line) => {
       if (first) { first = false; handlers.job?.(JSON.parse(line)); }
       else handlers[line.split(" ")[0]]?.(line);
     }).on("close", () => handlers.close ? handlers.close() : process.exit(0));
     ${code}`,
  );
  return path;
}

/** A host that remembers its children, and whose sleeps are a twentieth as long, or what is asked, while it is in a hurry. */
function watchedHost(inHurry: boolean, prefix: readonly string[]) {
  const real = realHost();
  const children: ChildProcess[] = [];
  let faster = inHurry ? 20 : 1;
  const host: Host = {
    ...real,
    clock: { ...real.clock, sleep: (ms, signal) => real.clock.sleep(ms / faster, signal) },
    spawn: (argv, options) => {
      const child = real.spawn([...prefix, ...argv] as [string, ...string[]], options);
      children.push(child);
      return child;
    },
  };
  return {
    host,
    children,
    hurry: (times = 20) => {
      faster = times;
    },
  };
}

function session(
  entry: string,
  options: {
    workers?: number;
    inHurry?: boolean;
    port?: number;
    durationMs?: number;
    timeoutMs?: number;
    prefix?: string[];
    connections?: number;
  } = {},
) {
  const { host, children, hurry } = watchedHost(options.inHurry ?? false, options.prefix ?? []);
  const lines: LatencyLine[] = [];
  const losses: string[] = [];
  const { connections } = options;
  const load = aLoad({
    workers: options.workers ?? 1,
    timeoutMs: options.timeoutMs ?? 20_000,
    ...(connections === undefined ? {} : { model: { kind: "closed", connections } }),
  });
  const it = startLoad(host, {
    engine: { ...native, entry },
    load,
    phases: [onePhase(load, options.durationMs ?? 500)],
    address: { host: "127.0.0.1", port: options.port ?? 1 },
    seed: 1,
    env: host.env,
    write: (line) => lines.push(line),
    onLost: ({ worker, reason }) => losses.push(`${worker}: ${reason}`),
  });
  return { ...it, host, hurry, children, lines, losses };
}

const allGone = (children: readonly ChildProcess[]) =>
  expect(children.every((it) => it.exitCode !== null || it.signalCode !== null)).toBe(true);

describe.concurrent("a worker that does not start", () => {
  test("is told with its last words", async () => {
    const it = session(fakeWorker("dies", `console.error("out of luck"); process.exit(3);`));
    await expect(it.ready).rejects.toThrow(/load worker 0 did not start: .*exit code 3.*out of luck/s);
    await expect(it.ready).rejects.toBeInstanceOf(UserError);
    await it.done;
    allGone(it.children);
  });
  test("is given up when it never gets ready, and killed when it does not go", async () => {
    const it = session(fakeWorker("deaf", `on("close", () => {}); setInterval(() => {}, 1e6);`), { inHurry: true });
    await expect(it.ready).rejects.toThrow(/not ready within 10 s/);
    await it.done;
    allGone(it.children);
  });
  test("that is not there at all is told, too", async () => {
    const it = session(join(folder, "missing.mjs"));
    await expect(it.ready).rejects.toThrow(/missing\.mjs/);
    await it.done;
  });
  test("takes the others with it", async () => {
    const code = `on("job", (job) => { if (job.worker === 1) process.exit(4); ready(); });`;
    const it = session(fakeWorker("second", code), { workers: 3 });
    await expect(it.ready).rejects.toThrow(/load worker 1/);
    await it.done;
    allGone(it.children);
  });
});

describe.concurrent("a worker that can't be trusted", () => {
  const bin = `say("bin", { t: 0, due: 3, counts: { ok: 2, connect: 1 }, slow: 0 });`;
  const cases: readonly [string, string, RegExp][] = [
    ["died", `${bin} process.exitCode = 9; process.stdin.destroy();`, /exit code 9/],
    ["lost lines", `${bin} seq += 2; say("done", { totals: zero });`, /lines 2 to 3 are missing/],
    [
      "tells a broken histogram",
      `${bin} say("self", {}); say("histogram", { phase: "steady", t: 0, request: "get", outcome: "ok", count: 1,
        response: "nonsense", service: null }); say("self", {}); say("done", { totals: zero });`,
      /could not be taken in/,
    ],
    ["babbles", `${bin} console.log("hello"); say("done", { totals: zero });`, /not a line of the protocol: hello/],
  ];
  test.each(cases)("one that %s", async (name, code, reason) => {
    const it = session(fakeWorker(name.replace(" ", "-"), `on("job", ready); on("go", () => { ${code} });`));
    await it.ready;
    it.go(it.host.clock.now());
    const end = await it.done;
    expect(end.lost).toEqual([expect.objectContaining({ worker: 0, reason: expect.stringMatching(reason) })]);
    expect(it.losses).toHaveLength(1);
    expect(countsOf(it.lines), "what it told before is kept").toMatchObject({ due: 3, ok: 2 });
    allGone(it.children);
  });
  test("its bins stand for its totals when it died", async () => {
    const it = session(fakeWorker("died-2", `on("job", ready); on("go", () => { ${bin} process.stdin.destroy(); });`));
    await it.ready;
    it.go(it.host.clock.now());
    expect((await it.done).totals).toMatchObject({ due: 3, sent: 2, ok: 2, connect: 1, "5xx": 0 });
  });
  test("one that does not come to an end does not hang the trial", async () => {
    const code = `on("job", ready); on("close", () => {}); setInterval(() => say("self", { t: 400 }), 20);`;
    const it = session(fakeWorker("endless", code), { timeoutMs: 500 });
    await it.ready;
    // It is given up after 11 s of this clock, and for silence, to which a busy machine may force it, after 10.
    it.hurry(4);
    it.go(it.host.clock.now());
    const [lost, ...more] = (await it.done).lost;
    expect(more).toEqual([]);
    expect(lost).toEqual({ worker: 0, reason: "it did not end in time", toldMs: 400, due: 50, told: 0 });
    allGone(it.children);
  });
  test("one that falls silent is killed long before the load's end, and what it told before is known", async () => {
    const code = `on("job", ready); on("close", () => {}); on("go", () => { ${bin} say("self", { t: 300 }); });
      setInterval(() => {}, 1e6);`;
    const it = session(fakeWorker("silent", code), { durationMs: 3_600_000 });
    await it.ready;
    it.go(it.host.clock.now());
    await eventually(() => expect(it.lines.map((line) => line.type)).toContain("self"));
    it.hurry();
    const reason = "it said nothing for 10 s, so it was killed";
    expect((await it.done).lost).toEqual([{ worker: 0, reason, toldMs: 300, due: 360_000, told: 3 }]);
    allGone(it.children);
  });
  test("the closed model has no number of requests that were due", async () => {
    const it = session(fakeWorker("died-3", `on("job", ready); on("go", () => process.exit(9));`), { connections: 4 });
    await it.ready;
    it.go(it.host.clock.now());
    expect((await it.done).lost).toEqual([{ worker: 0, reason: "it ended with exit code 9", toldMs: 0 }]);
  });
});

describe.concurrent("native workers", () => {
  test("tell what they have open and how much they may", async () => {
    await using server = await httpServer((_, response) => response.end());
    const argv = ["bash", "-c", 'ulimit -n 300 && exec "$@"', "bash"];
    const it = session(native.entry, {
      workers: 2,
      connections: 40,
      port: server.port,
      durationMs: 1500,
      prefix: argv,
    });
    await it.ready;
    it.go(it.host.clock.now());
    await it.done;
    const self = it.lines.filter((line) => line.type === "self");
    expect(new Set(self.map((line) => line.descriptorLimit))).toEqual(new Set([300]));
    for (const worker of [0, 1]) {
      const [first] = self.filter((line) => line.worker === worker);
      expect(first?.connections).toBe(20);
      expect(first?.descriptors).toBeGreaterThan(20);
      expect(first?.localPorts).toBeGreaterThan(1000);
    }
  });
  test("one that is killed does not stop the others, and is named", async () => {
    await using server = await httpServer((_, response) => response.end());
    const it = session(native.entry, { workers: 2, port: server.port, durationMs: 5000 });
    await it.ready;
    it.go(it.host.clock.now());
    const told1 = () => it.lines.filter((line) => "worker" in line && line.worker === 1);
    const answered = () => told1().findIndex((line) => line.type === "request" && line.outcome === "ok");
    await eventually(() => {
      expect(answered()).toBeGreaterThanOrEqual(0);
      expect(told1().findLastIndex((line) => line.type === "self")).toBeGreaterThan(answered());
    });
    it.children[1]?.kill("SIGKILL");
    const end = await it.done;
    const told = countsOf(it.lines).due - 250;
    expect(end.lost).toEqual([
      { worker: 1, reason: "it was killed by SIGKILL", due: 250, told, toldMs: expect.any(Number) },
    ]);
    expect(told).toBeGreaterThan(0);
    expect(end.totals.ok).toBeGreaterThan(250);
    expect(end.totals.ok).toBeLessThan(500);
  });
  test("stop at once when they are told to, and that is no loss", async () => {
    await using server = await httpServer((_, response) => response.end());
    const it = session(native.entry, { port: server.port, durationMs: 60_000 });
    await it.ready;
    it.go(it.host.clock.now());
    await eventually(() => {
      expect(it.recent(1000).due).toBeGreaterThan(0);
      expect(it.recent(1000).counts.ok).toBeGreaterThan(0);
      expect(it.p99("steady")).toBeGreaterThan(0);
    });
    await it.stop();
    expect((await it.done).lost).toEqual([]);
    allGone(it.children);
  });
  test("that get no answer at all tell so while they run: latency is the timeout", async () => {
    await using server = await tcpServer(() => undefined);
    const it = session(native.entry, { port: server.port, durationMs: 60_000, timeoutMs: 2000 });
    await it.ready;
    it.go(it.host.clock.now());
    await eventually(() => {
      expect(it.recent(1000).p99).toBeCloseTo(2000, -1);
      expect(it.recent(1000)).toMatchObject({ heardMs: 1000, counts: {} });
    });
    await it.stop();
  });
  test.each([
    ["native", native.entry, {}],
    ["autocannon", autocannon.entry, { connections: 80 }],
  ])("%s: one without descriptors ends, and says that it is to blame", async (_, entry, more) => {
    await using server = await tcpServer(() => undefined);
    const argv = ["bash", "-c", 'ulimit -n 60 && exec "$@"', "bash"];
    const it = session(entry, { port: server.port, durationMs: 2000, prefix: argv, ...more });
    await it.ready;
    it.go(it.host.clock.now());
    expect((await it.done).lost).toMatchObject([
      { worker: 0, reason: expect.stringMatching(/: out of descriptors, local ports or memory: .*EMFILE/) },
    ]);
  });
  test("one that was frozen sends all that was due meanwhile, counted from when it was due", async () => {
    await using server = await httpServer((_, response) => setTimeout(() => response.end(), 5));
    const it = session(native.entry, { port: server.port, durationMs: 4000 });
    await it.ready;
    it.go(it.host.clock.now());
    await it.host.clock.sleep(500);
    it.children[0]?.kill("SIGSTOP");
    await it.host.clock.sleep(700);
    it.children[0]?.kill("SIGCONT");
    const end = await it.done;
    expect(end).toMatchObject({ lost: [], totals: { due: 400, ok: 400 } });
    expect(allOf(it.lines, "response").maxValue / 1000).toBeGreaterThan(600);
    expect(allOf(it.lines, "service").getValueAtPercentile(50) / 1000).toBeLessThan(300);
  });
  test("end when the harness is gone: its end of their stdin closes with it", async () => {
    const load = aLoad();
    const address = { host: "127.0.0.1", port: 1 };
    const job = { load, phases: [onePhase(load, 1000)], address, worker: 0, workers: 1, seed: 1 };
    await using harness = startNode(`
      const stdio = ["pipe", "pipe", "inherit"];
      const argv = [${JSON.stringify(native.entry)}];
      const worker = require("node:child_process").spawn(process.execPath, argv, { stdio, detached: true });
      worker.stdin.write(${JSON.stringify(`${JSON.stringify(job)}\n`)});
      worker.stdout.once("data", () => console.log(worker.pid));`);
    const pid = await eventually(() => {
      expect(harness.out()).toMatch(/^\d+\n$/);
      return Number(harness.out());
    });
    harness.process.kill("SIGKILL");
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/));
  });
  test("say what is wrong with a job that they don't understand", async () => {
    await using worker = startNode(`import(${JSON.stringify(native.entry)})`);
    worker.process.stdin?.write("nonsense\n");
    expect(await worker.exited).toMatchObject({ code: 1 });
    expect(worker.err()).toMatch(/JSON/);
  });
});
