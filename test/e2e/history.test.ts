/** Real runs and the history of their scenario. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readHistory, type SessionLine } from "../../reports/history/lines.ts";
import { type Harness, harness, noNoiseCheck } from "../support/harness.ts";
import { toText } from "../support/nights.ts";
import { sh } from "../support/sh.ts";

const scenario = `
apiVersion: shakedown/v1
name: tiny
targets: { web: { kind: process, command: [node, web.mjs], ready: { path: / } } }
load: { target: web, connections: 2, timeout: 20s, requests: [{ name: page, get: / }] }
phases: [{ name: steady, for: 1s }]
arms: { baseline: {}, candidate: {} }
trials: { count: 2, seed: 42 }
gates: [{ metric: latency.p50, margin: 500% }]
${noNoiseCheck}
`;

function prepared(): Harness {
  const cli = harness();
  cli.write("tiny.yaml", scenario);
  cli.write(
    "web.mjs",
    'import { createServer } from "node:http";\ncreateServer((_, answer) => answer.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");\n',
  );
  return cli;
}

const key = "latency.p50 phase=steady";
const fileIn = (cli: Harness): string => {
  const folder = join(cli.dir, "tiny.history");
  return join(folder, readdirSync(folder)[0] as string);
};
const sessionsIn = (cli: Harness): SessionLine[] =>
  readHistory(readFileSync(fileIn(cli), "utf8")).lines.flatMap((it) =>
    it.type === "session" || it.type === "confirmation" ? [it] : [],
  );

describe.concurrent("a run", () => {
  test("adds a line with its commit and its report; a second one that confirms is marked as such", async () => {
    using cli = prepared();
    const there = sh({ cwd: cli.dir });
    await there`git init -q && git add web.mjs tiny.yaml`;
    await there`git -c user.name=t -c user.email=t@t commit -qm first && git tag v1.0`;
    const { code, err } = await cli.run("run", "tiny.yaml");
    // Two pairs on a busy machine may well leave it open.
    expect([0, 3], err).toContain(code);
    const [night] = sessionsIn(cli) as [SessionLine];
    const commit = (await there`git rev-parse HEAD`).stdout.trim();
    expect(night).toMatchObject({ type: "session", seed: 42, commit, dirty: false, release: "v1.0" });
    expect(existsSync(resolve(cli.dir, "tiny.history", night.report))).toBe(true);
    const measured = night.metrics.find((it) => it.key === key && it.arm === "candidate");
    expect(measured).toMatchObject({ n: 2, worst: 0, ratio: { pairs: 2 } });

    // Twenty nights like it, of which the last two are far off.
    const nights = Array.from({ length: 20 }, (_, i): SessionLine => {
      const estimate = i < 18 ? 0.01 * Math.sin(i) : 3;
      const metrics = night.metrics.map((it) =>
        it.ratio === undefined ? it : { ...it, ratio: { estimate, se: 0.01, pairs: 2 } },
      );
      return { ...night, run: `${night.run}-${i}`, release: null, metrics };
    });
    writeFileSync(fileIn(cli), toText(nights));
    expect((await cli.run("history", "tiny.yaml")).code).toBe(3);
    const same = await cli.run("run", "tiny.yaml", "--confirm", "--trials", "1");
    expect(same.err).toContain("confirms nothing that is suspect (--seed 43 would)");
    await cli.run("run", "tiny.yaml", "--confirm", "--trials", "1", "--seed", "43");
    expect(
      sessionsIn(cli)
        .slice(20)
        .map((it) => [it.type, it.seed]),
    ).toEqual([
      ["session", 42],
      ["confirmation", 43],
    ]);
  });

  test("leaves no line when it is told not to, and only warns where it can't", async () => {
    using cli = prepared();
    const none = await cli.run("run", "tiny.yaml", "--trials", "1", "--no-history");
    expect(existsSync(join(cli.dir, "tiny.history"))).toBe(false);
    cli.write("tiny.history", "a file where a folder should be");
    const warned = await cli.run("run", "tiny.yaml", "--trials", "1");
    expect(warned.err).toContain("! this run is not in the history: tiny.history/");
    expect(warned.code).toBe(none.code);
  });
});
