import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goodScenario, messagesOf, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";

/** One target with one change, everything else as short as can be. */
const small = (target: string, more = "") => `apiVersion: shakedown/v1
name: small
targets:
${target.replace(/^/gm, "  ")}
load: { target: app, rate: 10/s, requests: [{ get: / }] }
phases: [{ name: steady, for: 10s }]
${more}`;
const app = "app: { kind: process, command: [node, services/shop.mjs] }";

describe("targets", () => {
  test("defaults are filled in, node is the harness's own, files are absolute", () => {
    using folder = scenarioFolder();
    const [arm] = scenarioOf(small(app), { folder }).arms;
    expect(arm).toMatchObject({ name: "candidate" });
    expect(arm?.targets).toEqual([
      {
        kind: "process",
        name: "app",
        command: ["/opt/node", join(folder.dir, "services/shop.mjs")],
        cwd: folder.dir,
        env: {},
        build: null,
        instances: 1,
        ready: { path: null, withinMs: 10_000 },
        restart: { delayMs: 500, maxInARow: 5 },
        limits: { memory: null, cpu: null },
        needs: [],
      },
    ]);
  });

  test("targets start after those they need, else in declared order", () => {
    const text =
      small(`app: { kind: process, command: [node], env: { A: "\${targets.cache.port}", B: "http://\${targets.db.address}/x" } }
cache: { kind: process, command: [node], env: { DB: "\${targets.db.host}" } }
other: { kind: process, command: [node] }
db: { kind: process, command: [node] }`);
    const targets = scenarioOf(text).arms[0]?.targets ?? [];
    expect(targets.map((it) => it.name)).toEqual(["db", "cache", "app", "other"]);
    expect(targets.map((it) => it.needs)).toEqual([[], ["db"], ["cache", "db"], []]);
  });

  test("targets that wait for each other are refused, once", () => {
    const text = small(`app: { kind: process, command: [node], env: { X: "\${targets.b.address}" } }
b: { kind: process, command: [node], env: { X: "\${targets.c.address}" } }
c: { kind: process, command: [node], env: { X: "\${targets.app.address}" } }`);
    expect(messagesOf(text)).toEqual([
      "targets.app.env.X: these targets wait for each other: app → b → c → app | each target starts after those it needs",
    ]);
    expect(messagesOf(small(`app: { kind: process, command: [node], env: { X: "\${targets.app.port}" } }`))).toEqual([
      "targets.app.env.X: a target can't need its own address | each target starts after those it needs",
    ]);
  });

  test("a missing program, script, folder or execute bit is told before anything starts", () => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "plain.sh"), "#!/bin/sh\n");
    const said = messagesOf(
      small(
        `app: { kind: process, command: [node, --max-old-space-size=64, services/shp.mjs] }
b: { kind: process, command: [no-such-program-here] }
c: { kind: process, command: [./plain.sh] }
d: { kind: process, command: [node], cwd: nowhere }
e: { kind: process, command: [./later], build: [no-such-builder] }`,
        "before: [[node, seed.mjs]]",
      ),
      { folder },
    );
    expect(said).toEqual([
      'targets.app.command[2]: there is no file "services/shp.mjs" | did you mean "shop.mjs"?',
      'targets.b.command[0]: there is no program "no-such-program-here" | looked for it in PATH',
      'targets.c.command[0]: "./plain.sh" is not executable | chmod +x ~/plain.sh',
      'targets.d.cwd: there is no folder "nowhere" | looked for ~/nowhere',
      'targets.e.build[0]: there is no program "no-such-builder" | looked for it in PATH',
      'before[0][1]: there is no file "seed.mjs" | looked for ~/seed.mjs',
    ]);
  });

  test("command paths are relative to cwd, so that an arm can be another checkout", () => {
    using folder = scenarioFolder();
    mkdirSync(join(folder.dir, "old/services"), { recursive: true });
    writeFileSync(join(folder.dir, "old/services/shop.mjs"), "");
    const scenario = scenarioOf(small(app, "arms: { baseline: { targets: { app: { cwd: old } } }, candidate: {} }"), {
      folder,
    });
    expect(scenario.arms.map((it) => it.targets[0]).map((it) => it?.kind === "process" && it.command[1])).toEqual([
      join(folder.dir, "old/services/shop.mjs"),
      join(folder.dir, "services/shop.mjs"),
    ]);
  });

  test("a service on another host needs an explicit allowance; this machine needs none", () => {
    const http = (url: string, more = "") => messagesOf(small(`app: { kind: http, url: "${url}" }`, more));
    expect(http("http://127.0.0.1:8080")).toEqual([]);
    expect(http("http://localhost")).toEqual([]);
    expect(http("http://[::1]:80")).toEqual([]);
    expect(http("http://shop.test", "safety: { allow: { hosts: [shop.test] } }")).toEqual([]);
    expect(http("http://shop.test:81", "safety: { allow: { hosts: ['shop.test:81'] } }")).toEqual([]);
    expect(http("http://shop.test")).toEqual([
      "targets.app.url: shop.test is not on this machine and not in safety.allow.hosts | if you may load it, add safety: { allow: { hosts: [shop.test] } }",
    ]);
    expect(http("http://127.0.0.1.evil.test", "safety: { allow: { hosts: [127.0.0.1] } }")).toHaveLength(1);
    expect(http("https://127.0.0.1")).toEqual([]);
    expect(http("ftp://127.0.0.1")[0]).toMatch(/^targets.app.url: expected an http: or https: URL/);
    expect(http("http://127.0.0.1/path")[0]).toMatch(/expected only scheme, host and port/);
    expect(http("http://user:secret@127.0.0.1")[0]).not.toContain("secret");
    expect(http("not a url")[0]).toMatch(/expected a URL such as/);
  });

  test("PORT belongs to shakedown; numbers and truth values become the text that they were", () => {
    const [target] =
      scenarioOf(small("app: { kind: process, command: [node, -e, 80], env: { N: 3, B: true, S: on } }")).arms[0]
        ?.targets ?? [];
    expect(target).toMatchObject({ command: ["/opt/node", "-e", "80"], env: { N: "3", B: "true", S: "on" } });
    expect(messagesOf(small("app: { kind: process, command: [node], env: { PORT: 80, V: 1.10 } }"))).toEqual([
      "targets.app.env: PORT is given by shakedown: each instance listens on its own",
      "targets.app.env.V: expected a text (put a number with a fraction in quotes), found 1.1",
    ]);
  });
});

describe("faults and phases", () => {
  test("a fault belongs to exactly one phase and fits into it", () => {
    expect(
      messagesOf(withChange("{ name: steady, for: 20s }", "{ name: steady, for: 20s, faults: [one-dies] }")),
    ).toEqual([
      'phases[3].faults[0]: a fault belongs to one phase: "one-dies" is in steady already | declare a second fault with the same options',
    ]);
    expect(messagesOf(withChange("faults: [one-dies] }", "}"))).toEqual([
      'faults: no phase names the fault "one-dies" | add faults: [one-dies] to a phase, or remove it',
    ]);
    expect(messagesOf(withChange("at: 2s, for: 5s", "at: 8s, for: 5s"))).toEqual([
      "faults.slow-db.for: the fault ends 13 s into a phase of 12 s (slow) | make the phase longer, or leave for: out to end with it",
    ]);
    expect(messagesOf(withChange("at: 2s, for: 5s", "at: 12s"))).toEqual([
      "faults.slow-db.at: the fault begins 12 s into a phase of 12 s (slow) | make the phase longer",
    ]);
    expect(messagesOf(withChange("warmup: true", "warmup: true, faults: [one-dies]"))[0]).toMatch(
      /a warm-up phase is not judged/,
    );
  });

  test("a fault that the target can't suffer is refused, with what is possible", () => {
    const text = small(
      "app: { kind: http, url: 'http://127.0.0.1:1' }",
      "faults: { f: { kind: pause, target: app } }",
    ).replace("for: 10s", "for: 10s, faults: [f]");
    expect(messagesOf(text)).toEqual([
      "faults.f.target: pause can't hit app, a target of kind http: shakedown did not start it | possible here: latency, bandwidth, blackhole, reset, down",
    ]);
  });

  test("a fault whose program is missing is refused before anything starts", () => {
    const text = small(
      app,
      "faults: { f: { kind: memory-pressure, target: app } }\nsafety: { maxTargets: 100% }",
    ).replace("for: 10s", "for: 10s, faults: [f]");
    expect(messagesOf(text)).toEqual([]);
    expect(messagesOf(text, { env: { PATH: "/nowhere" } })).toEqual([
      'faults.f.kind: memory-pressure runs the program "tail", which is not there | looked for it in PATH',
    ]);
  });

  test("what this machine can't do is refused when the caller says so", () => {
    const text = small(
      app,
      "faults: { f: { kind: cpu-pressure, target: app, to: 100m } }\nsafety: { maxTargets: 100% }",
    ).replace("for: 10s", "for: 10s, faults: [f]");
    expect(messagesOf(text)).toEqual([]);
    expect(messagesOf(text, { processCapabilities: new Set(["signal", "link"]) })[0]).toMatch(
      /this machine gives no cpu-limit/,
    );
  });

  test("more instances than safety.maxTargets allows are refused, also by faults that overlap", () => {
    expect(messagesOf(withChange("count: 1", "count: 2"))).toEqual([
      "faults: this fault hits 2 of 3 instances of shop at one time, safety.maxTargets allows 50% | add instances, or raise safety.maxTargets",
    ]);
    const two = goodScenario
      .replace("faults: [one-dies]", "faults: [one-dies, one-stops]")
      .replace("faults:\n", "faults:\n  one-stops: { kind: pause, target: shop, at: 5s, for: 1s }\n");
    expect(messagesOf(two)).toEqual([
      "faults: together with one-stops it hits 2 of 3 instances of shop at one time, safety.maxTargets allows 50% | add instances, or raise safety.maxTargets",
    ]);
    expect(messagesOf(two.replace("count: 1 }", "count: 1, for: 5s }"))).toEqual([]);
  });

  test("more instances than there are can't be hit", () => {
    const said = (count: number) => messagesOf(withChange("target: shop, count: 1", `target: shop, count: ${count}`));
    expect(said(5)).toEqual([
      "faults.one-dies.count: expected at most 3, so many instances shop has, found 5 | add instances, or hit a share of them",
    ]);
  });

  test("a fault's own options are checked by its own file", () => {
    expect(messagesOf(withChange("delay: 200ms", "delay: 200 ms"))[0]).toMatch(
      /faults.slow-db.delay: expected a duration/,
    );
    expect(messagesOf(withChange("jitter: 20ms", "jiter: 20ms"))).toEqual([
      'faults.slow-db: there is no field "jiter" | did you mean "jitter"?',
    ]);
    expect(messagesOf(withChange("count: 1", "count: 1, share: 50%"))[0]).toMatch(/expected either count or share/);
    expect(messagesOf(withChange("pod-kill", "pod-kil"))).toEqual([
      'faults.one-dies.kind: no kind of fault is named "pod-kil" | did you mean "pod-kill"?',
    ]);
  });

  test("recovered: takes what bins can tell", () => {
    const recovered = (rule: string) => messagesOf(withChange("count: 1 }", `count: 1, recovered: ${rule} }`));
    expect(recovered("{ metric: errors.ratio, max: 1% }")).toEqual([]);
    expect(recovered("{ metric: errors.ratio, max: 1 }")).toEqual([
      'faults.one-dies.recovered.max: expected a percentage such as "10%", found 1',
    ]);
    expect(recovered("{ metric: memory.peak, max: 1MiB }")[0]).toMatch(/can't be told from 100 ms bins/);
    expect(
      scenarioOf(withChange("count: 1 }", "count: 1, recovered: { metric: errors.ratio, max: 1% } }")).faults[0]
        ?.recovered,
    ).toMatchObject({
      metric: "errors.ratio",
      max: 0.01,
    });
  });

  test("faults are resolved: units gone, the phase known, the nature from their file", () => {
    expect(scenarioOf(goodScenario).faults).toMatchObject([
      {
        name: "one-dies",
        kind: "pod-kill",
        nature: "one-shot",
        target: "shop",
        phase: "kill",
        atMs: 0,
        forMs: null,
        recovered: null,
        options: { count: 1, signal: "SIGKILL" },
      },
      {
        name: "slow-db",
        kind: "latency",
        nature: "lasting",
        target: "db",
        phase: "slow",
        atMs: 2_000,
        forMs: 5_000,
        options: { delay: 200, jitter: 20 },
      },
    ]);
  });
});
