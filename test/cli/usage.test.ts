import { readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { words } from "../../runner/cli/commands/init.ts";
import { worstExit } from "../../runner/cli/exit.ts";
import { Exit } from "../../runner/shared/errors.ts";
import { cliIn, leaseOfAnotherBoot } from "../support/cli.ts";
import { fakeRecord } from "../support/fake-record.ts";
import { needs } from "../support/needs.ts";
import { smallDisk } from "../support/small-disk.ts";

describe("bad usage ends with 2 and says what to do", () => {
  test.each([
    [["no-such-command"], "unknown command"],
    [["run"], "missing required argument"],
    [["run", "x.yaml", "--trials", "many"], "a whole number was expected"],
    [["run", "x.yaml", "--inconclusive", "maybe"], "Allowed choices are pass, fail"],
    [["validate", "missing.yaml"], "missing.yaml"],
    [["report", "20260101T000000Z-none"], "no run is named"],
    [["init", "http://127.0.0.1:1", "--file", "x.yaml", "--colour"], "unknown option"],
    [["init", "http://", "--file", "x.yaml"], "http:// is no URL"],
    [["init", "http://me:hunter2@127.0.0.1:1/x", "--file", "x.yaml"], "has no user and no password"],
    [["init", "node -e 0", "--file", "no-such-folder/x.yaml"], "no-such-folder/x.yaml could not be written"],
    [["init", "node -e 0 && node -e 1", "--file", "x.yaml"], "no shell runs the command"],
    [["init", "PATH=/tmp node -e 0", "--file", "x.yaml"], 'env: { PATH: "/tmp" }'],
    [["init", "node -e 0", "--file", "x.yaml", "--rate", "50"], "mend --path or --rate"],
  ])("%j", async (argv, text) => {
    using cli = cliIn();
    const { exit, err, out } = await cli.run(...argv);
    expect(exit).toBe(Exit.usage);
    expect(err).toContain(text);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe("");
  });
});

test("help and version go to stdout and end with 0", async () => {
  using cli = cliIn();
  for (const argv of [["--help"], ["run", "--help"], ["--version"]]) {
    const { exit, out, err } = await cli.run(...argv);
    expect(exit).toBe(Exit.pass);
    expect(out).not.toBe("");
    expect(err).toBe("");
  }
});

test("nothing runs when one of several scenarios is wrong", async () => {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "bad.yaml"), "apiVersion: shakedown/v1\nname: bad\n");
  await cli.run("init", "http://127.0.0.1:9", "--file", "good.yaml");
  const { exit, out } = await cli.run("run", "good.yaml", "bad.yaml");
  expect(exit).toBe(Exit.usage);
  expect(out).toBe("");
  expect((await cli.run("list")).out).toBe("no runs in results\n");
});

test("init writes a scenario that validates, and never overwrites one unasked", async () => {
  using cli = cliIn();
  expect((await cli.run("init", "node -e 'setInterval(()=>{},9)'", "--file", "a.yaml")).exit).toBe(Exit.pass);
  expect((await cli.run("validate", "a.yaml")).out).toContain("✓ a: 1 arm, 3 trials");
  const again = await cli.run("init", "http://localhost:1234/x?y=1", "--file", "a.yaml");
  expect(again).toMatchObject({ exit: Exit.usage });
  expect(again.err).toContain("exists already");
  expect((await cli.run("init", "http://localhost:1234/x?y=1", "--file", "a.yaml", "--force")).exit).toBe(Exit.pass);
  expect((await cli.run("plan", "a.yaml")).out).toContain("GET /x?y=1");
});

test("the command that init tells next runs as it stands, whatever the file is called", async () => {
  using cli = cliIn();
  const { out } = await cli.run("init", "http://127.0.0.1:9", "--file", "my first.yaml");
  expect(out).toContain("npx shakedown run 'my first.yaml'\n");
});

test("init names the scenario as its file, whose results lie apart from those of another", async () => {
  using cli = cliIn();
  for (const [file, name] of [
    ["first.yaml", "first"],
    ["Check_out v2.yaml", "check-out-v2"],
    ["_.yml", "first"],
    ["null.yaml", "null"],
    ["2026.yaml", "2026"],
  ] as const) {
    await cli.run("init", "http://localhost:1234", "--file", file);
    expect((await cli.run("validate", file)).out).toContain(`✓ ${name}: `);
  }
});

test("init tells what is wrong with a command instead of writing a scenario that can't run", async () => {
  using cli = cliIn();
  const { exit, err } = await cli.run("init", "no-such-program --flag", "--file", "a.yaml");
  expect(exit).toBe(Exit.usage);
  expect(err).toContain("no-such-program");
  expect((await cli.run("validate", "a.yaml")).exit).toBe(Exit.usage);
});

test("a service on another host needs an agreement to the plan, and the hash agrees to exactly that plan", async () => {
  using cli = cliIn();
  await cli.run("init", "http://shop.example:8080", "--file", "a.yaml");
  const refused = await cli.run("run", "a.yaml");
  expect(refused.exit).toBe(Exit.usage);
  expect(refused.err).toContain("--yes");
  const { out } = await cli.run("plan", "a.yaml");
  const hash = /plan (\w+)\n$/.exec(out)?.[1] as string;
  expect(refused.err).toContain(`--plan ${hash}`);
  const changed = await cli.run("run", "a.yaml", "--plan", hash, "--seed", "99");
  expect(changed.exit).toBe(Exit.usage);
  expect(changed.err).toContain("something changed");
  const again = await cli.run("plan", "a.yaml", "--seed", "99", "--trials", "4");
  expect(again.out).toContain("4 trials of each arm (candidate), seed 99");
  const named = /plan (\w+)\n$/.exec(again.out)?.[1] as string;
  const agreed = await cli.run("run", "a.yaml", "--plan", "0000", "--seed", "99", "--trials", "4");
  expect(agreed.err).toContain(`the plan's hash is ${named}`);
});

test("doctor says of every part whether it works", async () => {
  using cli = cliIn();
  const { exit, out } = await cli.run("doctor");
  expect(exit).toBe(Exit.pass);
  for (const part of ["node", "cgroup", "leases", "k6", "chromium", "cluster", "git"])
    expect(out).toMatch(new RegExp(`^[✓-] ${part} `, "m"));
});

test("where leases can't be written, doctor says so beside all else, and other commands end with a sentence, not a bug", async () => {
  using elsewhere = cliIn();
  writeFileSync(join(elsewhere.dir, "file"), "");
  using cli = cliIn({ env: { XDG_STATE_HOME: join(elsewhere.dir, "file") } });
  const { exit, out } = await cli.run("doctor");
  expect(exit).toBe(Exit.regressed);
  expect(out).toMatch(/^✗ leases .*can't be used: ENOTDIR.*set XDG_STATE_HOME to another folder$/m);
  expect(out).toMatch(/^[✓-] git /m);
  const { exit: code, err } = await cli.run("recover");
  expect(code).toBe(Exit.usage);
  expect(err).toMatch(/^error: .*file\/shakedown\/leases can't be used: ENOTDIR.*\nhint: .*XDG_STATE_HOME/);
});

test("doctor tells of leases of a former boot or another container, with the command that works here", async () => {
  using cli = cliIn();
  leaseOfAnotherBoot(cli);
  const { exit, out } = await cli.run("doctor");
  expect(exit).toBe(Exit.regressed);
  expect(out).toMatch(/^✗ leases .*other-boot.*: npx shakedown recover --all$/m);
  const { err } = await cli.run("recover");
  expect(err.trimEnd().split("\n").at(-1)).toBe("npx shakedown recover --all");
});

test("a command in a hint can be typed as it is printed: in a clone through npx", async () => {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "empty.yaml"), "");
  fakeRecord(join(cli.dir, "results"), { pairs: 1, faults: false });
  await cli.run("init", "http://127.0.0.1:9", "--file", "a.yaml");
  const said = [
    await cli.run("validate", "empty.yaml"),
    await cli.run("report", "no-such-run"),
    await cli.run("run", "a.yaml", "--plan", "0000"),
  ];
  for (const { err } of said) {
    expect(err).toContain("npx shakedown ");
    expect(err).not.toMatch(/(?<!npx )shakedown (?:list|init|plan)/);
  }
  const { out } = await cli.run("--help");
  expect(out).toContain("Start with: npx shakedown init");
});

test("recover with nothing to do says so", async () => {
  using cli = cliIn();
  expect(await cli.run("recover")).toEqual({ exit: Exit.pass, out: "nothing to recover\n", err: "" });
});

needs.smallDisk("a report that finds no room leaves no half of it, and its room to those that do", async () => {
  using disk = smallDisk(2 * 1024 * 1024);
  if (disk === null) throw new Error("mounting worked a moment ago");
  using cli = cliIn({ dir: disk.dir });
  const dir = fakeRecord(join(cli.dir, "results"), { pairs: 1, faults: false });
  const reports = () => readdirSync(dir).filter((it) => /report|judgement|junit/.test(it));
  await cli.run("report", dir);
  expect(reports()).toHaveLength(4);
  for (const it of reports()) rmSync(join(dir, it));
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(join(dir, "..", "filler"), Buffer.alloc(bavail * bsize - 50 * 1024));
  const { err } = await cli.run("report", dir);
  for (const it of ["report.html", "judgement.json"]) expect(err).toContain(`${it} could not be written: ENOSPC`);
  expect(reports().toSorted()).toEqual(["junit.xml", "report.md"]);
});

test("the worst of several exit codes wins: an unreverted fault before all else", () => {
  expect(worstExit([Exit.pass, Exit.inconclusive])).toBe(Exit.inconclusive);
  expect(worstExit([Exit.inconclusive, Exit.regressed])).toBe(Exit.regressed);
  expect(worstExit([Exit.regressed, Exit.invalid])).toBe(Exit.invalid);
  expect(worstExit([Exit.invalid, Exit.interrupted])).toBe(Exit.interrupted);
  expect(worstExit([Exit.interrupted, Exit.internal])).toBe(Exit.internal);
  expect(worstExit([Exit.internal, Exit.unreverted])).toBe(Exit.unreverted);
});

test("a command becomes argv as a shell would split it, without a shell", () => {
  expect(words(`node "my server.mjs" --x='a b' c\\ d ''`)).toEqual(["node", "my server.mjs", "--x=a b", "c d", ""]);
  expect(words("echo $HOME; rm *")).toEqual(["echo", "$HOME;", "rm", "*"]);
  expect(() => words('node "open')).toThrow("without its partner");
});
