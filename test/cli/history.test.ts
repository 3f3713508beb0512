/** `history` on made nights, in a repository whose commits are to blame. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ChangeLine, type HistoryLine, readHistory, type SessionLine } from "../../reports/history/lines.ts";
import { setupOf } from "../../reports/history/session.ts";
import { keepDrift, readBeside } from "../../runner/cli/beside.ts";
import { sourceOf } from "../../runner/cli/git.ts";
import { driftAt } from "../../runner/cli/history.ts";
import { historyPlace } from "../../runner/cli/history-place.ts";
import type { Scenario } from "../../runner/record/scenario.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import { type Cli, cliIn } from "../support/cli.ts";
import { fakeNight, fakeNights, gateKey, scenarioText, shifted, toText } from "../support/nights.ts";
import { sh } from "../support/sh.ts";

const moved = 20;

interface Made extends Disposable {
  readonly cli: Cli;
  readonly file: string;
  readonly commits: readonly string[];
  readonly lines: () => HistoryLine[];
  readonly add: (...lines: readonly HistoryLine[]) => void;
}

/** A repository with a commit for each night, and two between the last good night and the first bad one. */
function made(nights: number, factor = 1.12): Made {
  const cli = cliIn();
  const path = join(cli.dir, "shop.yaml");
  writeFileSync(path, scenarioText());
  writeFileSync(join(cli.dir, "shop.mjs"), "");
  const git = (args: readonly string[], input = ""): string =>
    execFileSync("git", args, {
      cwd: cli.dir,
      encoding: "utf8",
      input,
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    }).trim();
  const subjects = Array.from({ length: nights }, (_, night) => `Work of day ${night}`);
  if (nights > moved) subjects.splice(moved, 0, turnedOff);
  git(["init", "--quiet", "--initial-branch=main"]);
  // One process instead of two for each commit.
  git(["fast-import", "--quiet"], subjects.map(emptyCommit).join(""));
  const log = git(["log", "--reverse", "--format=%H %s"]).split("\n");
  const commits = log.filter((it) => !it.endsWith(turnedOff)).map((it) => it.slice(0, 40));
  const arms = scenarioAt(path).arms.map((it) => ({ name: it.name, hash: it.hash, setup: setupOf(it) }));
  const { history: file } = historyPlace(cli.host, { file: path });
  mkdirSync(dirname(file), { recursive: true });
  const given = {
    ...{ nights, metrics: [{ key: gateKey, value: shifted(moved, factor), level: 40 }] },
    commit: (night: number) => commits[night] as string,
    line: (night: number): Partial<SessionLine> => ({ arms, report: `../results/shop/${night}/report.html` }),
  };
  writeFileSync(file, toText(fakeNights(given)));
  const text = (): string => readFileSync(file, "utf8");
  return {
    ...{ cli, file, commits },
    lines: () => [...readHistory(text()).lines],
    add: (...lines) => writeFileSync(file, text() + toText(lines)),
    [Symbol.dispose]: () => cli[Symbol.dispose](),
  };
}

const turnedOff = "Turn the cache off";

const emptyCommit = (subject: string, at: number): string =>
  `commit refs/heads/main\ncommitter A <a@b.invalid> ${1_790_000_000 + at} +0000\ndata ${subject.length}\n${subject}\n`;

function scenarioAt(path: string): Scenario {
  const loaded = loadScenario(path, { set: [], env: {}, node: process.execPath });
  if (!loaded.ok) throw new Error("the scenario of this test is wrong");
  return loaded.scenario;
}

const changesIn = (lines: readonly HistoryLine[]): ChangeLine[] =>
  lines.flatMap((it) => (it.type === "change" ? [it] : []));

describe("thirty nights, of which the last ten are worse", () => {
  test("are suspect, with the commits between the two nights to blame", async () => {
    using it = made(30);
    const { exit, out, err } = await it.cli.run("history", "shop.yaml");
    expect(err).toBe("");
    expect(exit).toBe(3);
    expect(out).toMatch(/! suspect +Response time p99 · steady .* suspect since 2026-10-21 \(10 nights\): \+11\.9 %/);
    const [, first] = out.match(/blame: 2 commits, first (\w{8}) "Turn the cache off"/) ?? [];
    expect(first).toBeDefined();
    expect(out).toContain("next  npx shakedown run shop.yaml --confirm --seed 43");
    expect(out).toContain("page  results/shop/history.html");
  });

  test("are written down as one change, and looking again adds nothing", async () => {
    using it = made(30);
    await it.cli.run("history", "shop.yaml");
    const once = readFileSync(it.file, "utf8");
    expect(changesIn(it.lines())).toHaveLength(1);
    await it.cli.run("history", "shop.yaml");
    expect(readFileSync(it.file, "utf8")).toBe(once);
  });

  test("are given whole with --json", async () => {
    using it = made(30);
    const { out } = await it.cli.run("--json", "history", "shop.yaml");
    const { type, status, nights, metrics, blames, page } = JSON.parse(out);
    expect({ type, status, page }).toEqual({ type: "history", status: "suspect", page: "results/shop/history.html" });
    expect(nights).toHaveLength(30);
    const range = `${it.commits[moved - 1]}..${it.commits[moved]}`;
    expect(blames[range]).toMatchObject({ commits: 2, first: { subject: "Turn the cache off" } });
    expect(metrics[0].changes).toMatchObject([{ night: moved, before: moved - 1, state: "suspect", worse: true }]);
  });

  test("are worse for certain when somebody accepts the change, and steady when somebody rejects it", async () => {
    using it = made(30);
    await it.cli.run("history", "shop.yaml");
    const [{ id }] = changesIn(it.lines()) as [ChangeLine];
    const accepted = await it.cli.run("history", "shop.yaml", "--accept", id.slice(0, 5));
    expect(accepted.exit).toBe(1);
    expect(accepted.out).toMatch(/✗ worse .* changed at 2026-10-21 by \+11\.9 % .*, accepted/);
    expect(accepted.out).toContain(`--baseline-ref ${it.commits[moved - 1]?.slice(0, 12)}`);
    const rejected = await it.cli.run("history", "shop.yaml", "--reject", id);
    expect(rejected.exit).toBe(0);
    expect((await it.cli.run("history", "shop.yaml")).out).toContain("steady for 30 nights");
  });

  test("are worse for certain when a second session agrees", async () => {
    using it = made(30);
    const [latest] = it.lines().slice(-1) as [SessionLine];
    const given = {
      nights: 30,
      metrics: [{ key: gateKey, value: () => 1.12, level: 40 }],
      line: () => ({ arms: latest.arms }),
    };
    it.add(fakeNight(given, 30, "confirmation"));
    expect((await it.cli.run("history", "shop.yaml")).exit).toBe(1);
  });

  test("of which the first two are bad can be accepted before the detector knows", async () => {
    using it = made(moved + 2);
    const { out, exit } = await it.cli.run("history", "shop.yaml");
    expect(exit).toBe(3);
    expect(changesIn(it.lines())).toEqual([]);
    const [, id = ""] = out.match(/^ {2}([0-9a-f]{8}) {2}suspect/m) ?? [];
    expect((await it.cli.run("history", "shop.yaml", "--accept", id)).exit).toBe(1);
    expect(changesIn(it.lines())).toMatchObject([{ id, by: "operator" }]);
  });
});

describe("where nothing is known", () => {
  const failed = (night: SessionLine): SessionLine => ({
    ...night,
    metrics: night.metrics.map((it) => ({ ...it, center: null, low: null, high: null, n: 0, worst: 5 })),
  });
  const sessionsIn = (it: Made): SessionLine[] => it.lines().flatMap((line) => (line.type === "session" ? [line] : []));
  const rewritten = (it: Made, lines: readonly HistoryLine[]) => writeFileSync(it.file, toText(lines));

  test("since every trial of the last ten nights failed: it is not steady", async () => {
    using it = made(30, 1);
    rewritten(
      it,
      sessionsIn(it).map((night, i) => (i < 20 ? night : failed(night))),
    );
    const { exit, out } = await it.cli.run("history", "shop.yaml");
    expect(exit).toBe(3);
    expect(out).toMatch(
      /^– unknown {2}No metric has a value tonight: 5 of 5 trials failed or were not over in time: they have no value of their own\.$/m,
    );
    expect(JSON.parse((await it.cli.run("--json", "history", "shop.yaml")).out).status).toBe("unknown");
  });

  test("since every night was measured under another setup", async () => {
    using it = made(12, 1);
    rewritten(
      it,
      sessionsIn(it).map((night) => ({ ...night, arms: night.arms.map((arm) => ({ ...arm, setup: "other" })) })),
    );
    const { exit, out } = await it.cli.run("history", "shop.yaml");
    expect(exit).toBe(3);
    expect(out).toContain("– unknown  No night was measured under the scenario as it is now.");
    expect(out).toContain("12 sessions measured under another load");
  });

  test("since there is one night, or nothing was measured in it", async () => {
    using it = made(1, 1);
    const young = await it.cli.run("history", "shop.yaml");
    expect(young.exit).toBe(3);
    expect(young.out).toContain("– unknown  Too few nights to say anything yet.");
    rewritten(
      it,
      sessionsIn(it).map((night) => ({ ...night, metrics: [] })),
    );
    const empty = await it.cli.run("history", "shop.yaml");
    expect(empty.exit).toBe(3);
    expect(empty.out).toContain("– unknown  The last nights measured nothing that can be followed.");
  });
});

describe("the page", () => {
  test("links the reports that are there, from where it lies", async () => {
    using it = made(12, 1);
    const report = join(it.cli.dir, "results", "shop", "7", "report.html");
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, "");
    await it.cli.run("history", "shop.yaml", "--out", "public/pages/shop.html");
    const page = readFileSync(join(it.cli.dir, "public", "pages", "shop.html"), "utf8");
    expect([...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, href]) => href)).toEqual([
      "../../results/shop/7/report.html",
    ]);
  });
});

test("the commit of a night is told with its version tag, and whether the tree was as committed: a history that grew is no change", async () => {
  using it = made(2);
  const { dir, host } = it.cli;
  const there = sh({ cwd: dir });
  await there`git -c user.name=t -c user.email=t@t add shop.mjs shop.history`;
  await there`git -c user.name=t -c user.email=t@t commit -qm all && git tag v1.2-rc1 && git tag v1.2 && git tag nightly`;
  const commit = (await there`git rev-parse HEAD`).stdout.trim();
  it.add(...it.lines());
  expect(await sourceOf(host, dir)).toEqual({ commit, dirty: false, release: "v1.2" });
  writeFileSync(join(dir, "shop.mjs"), "// changed");
  expect(await sourceOf(host, dir)).toMatchObject({ dirty: true });
  expect(await sourceOf(host, "/")).toEqual({ commit: null, dirty: false, release: null });
});

test("how far sessions lie apart is kept with a record, by the names that its gates have", () => {
  using it = made(30, 1);
  const path = join(it.cli.dir, "shop.yaml");
  const known = driftAt(historyPlace(it.cli.host, { file: path }), scenarioAt(path));
  keepDrift(it.cli.dir, known);
  const { between } = readBeside(it.cli.dir);
  expect(between?.(gateKey)).toMatchObject({ sessions: 30 });
  expect(between?.("latency.p99")).toEqual(between?.(gateKey));
  expect(between?.("latency.p50")).toBeNull();
  writeFileSync(join(it.cli.dir, "drift.json"), "{");
  expect(() => readBeside(it.cli.dir)).toThrow("drift.json can't be read");
});

describe("what can't be told is told", () => {
  test("no history here: which classes of hosts have one", async () => {
    using it = made(3);
    const { exit, err } = await it.cli.run("history", "shop.yaml", "--host-class", "other");
    expect(exit).toBe(2);
    expect(err).toContain("other.ndjson does not exist");
    expect(err).toContain(`there are histories of others: ${historyPlace(it.cli.host, { file: "x.yaml" }).hostClass}`);
  });

  test("an id or a release that is none", async () => {
    using it = made(30);
    const unknown = await it.cli.run("history", "shop.yaml", "--accept", "ffffffff");
    expect(unknown.exit).toBe(2);
    expect(unknown.err).toContain("no change of this history is named ffffffff");
    expect(unknown.err).toMatch(/hint: {2}there are [0-9a-f]{8} \(latency.p99 phase=steady, suspect\)/);
    const release = await it.cli.run("history", "shop.yaml", "--release", "v9");
    expect(release.exit).toBe(2);
    expect(release.err).toContain("no night of shop is v9");
  });

  test("a metric that nobody knows is told by its name, and the others are followed all the same", async () => {
    using it = made(30);
    const renamed = it.lines().map((line) =>
      line.type === "session"
        ? {
            ...line,
            metrics: [...line.metrics, ...line.metrics.map((own) => ({ ...own, key: "latency.p98 phase=steady" }))],
          }
        : line,
    );
    writeFileSync(it.file, toText(renamed));
    const { out } = await it.cli.run("history", "shop.yaml");
    expect(out).toContain(
      'unknown metric "latency.p98" in 30 sessions: its values are left out; did you mean "latency.p9',
    );
    expect(out).toMatch(/! suspect +Response time p99/);
  });

  test("lines that can't be read, and a clone that lacks the commits", async () => {
    using it = made(30);
    const text = readFileSync(it.file, "utf8").replaceAll(it.commits[moved] as string, "f".repeat(40));
    writeFileSync(it.file, `${text}{"v":1,"type":"sess`);
    const { exit, out } = await it.cli.run("history", "shop.yaml");
    expect(exit).toBe(3);
    expect(out).toContain("! line 31 is cut off");
    expect(out).toContain("is this clone whole?");
    // What is added begins on a line of its own.
    expect(changesIn(it.lines())).toHaveLength(1);
    expect(readHistory(readFileSync(it.file, "utf8")).problems).toEqual(["line 31 can't be read: it is no JSON"]);
  });

  test("a line with numbers that nobody measured is left out, and no error of ours", async () => {
    using it = made(30);
    const [latest] = it.lines().slice(-1) as [SessionLine];
    for (const estimate of [-800, 1.7e308])
      it.add({
        ...latest,
        metrics: latest.metrics.map((one) => ({ ...one, ratio: { estimate, se: 0.01, pairs: 5 } })),
      });
    const { exit, out } = await it.cli.run("history", "shop.yaml");
    expect(exit).toBe(3);
    expect(out).toContain("! line 31 can't be read: metrics.0.ratio.estimate: ");
    expect(out).toContain("! line 32 can't be read: metrics.0.ratio.estimate: ");
  });

  test("several scenarios, each with its history; the worst decides", async () => {
    using it = made(30);
    writeFileSync(join(it.cli.dir, "calm.yaml"), scenarioText().replace("name: shop", "name: calm"));
    const { history } = historyPlace(it.cli.host, { file: join(it.cli.dir, "calm.yaml") });
    mkdirSync(dirname(history), { recursive: true });
    writeFileSync(history, toText(it.lines().slice(0, 15)));
    const both = await it.cli.run("history", "calm.yaml", "shop.yaml");
    expect(both.exit).toBe(3);
    expect(both.out).toContain("calm  15 nights");
    expect(existsSync(join(it.cli.dir, "results", "calm", "history.html"))).toBe(true);
    expect((await it.cli.run("history", "calm.yaml", "shop.yaml", "--out", "x.html")).exit).toBe(2);
  });
});
