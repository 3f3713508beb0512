import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

/** What `npm pack` makes, installed where the repository is not. */
const root = join(import.meta.dirname, "..", "..");
const dir = mkdtempSync(join(tmpdir(), "shakedown-package-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const call = (command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", XDG_STATE_HOME: join(dir, "state") },
  });

test("the package installs outside the repository, and validates, runs, judges and reports there", {
  timeout: 240_000,
}, () => {
  execFileSync("npm", ["pack", "--pack-destination", dir, "--loglevel=error"], { cwd: root, stdio: "pipe" });
  const tarball = readdirSync(dir).find((it) => it.endsWith(".tgz")) as string;
  call(
    "npm",
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--prefix",
    dir,
    `./${tarball}`,
  );

  const shakedown = (...args: string[]) => call(join(dir, "node_modules", ".bin", "shakedown"), ...args);
  expect(shakedown("--version").trim()).toBe(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
  expect(shakedown("validate", "node_modules/shakedown/scenarios/demo.yaml")).toContain("demo: 2 arms");

  shakedown(
    "init",
    "node node_modules/shakedown/scenarios/targets/node/db.mjs",
    "--path",
    "/healthz",
    "--file",
    "first.yaml",
  );
  const said = shakedown("run", "first.yaml", "--trials", "2", "--set", "phases.1.for=3s", "--inconclusive", "pass");
  // Other tests use this machine: it may be called noisy, but nothing is worse than that.
  expect(said).toMatch(/^(All 2 gates pass|Inconclusive: The host was too noisy)/m);
  const report = join(dir, /^report\s+(\S+)/m.exec(said)?.[1] as string);
  expect(readFileSync(report, "utf8")).toContain("<!doctype html>");

  const shipped = join(dir, "node_modules", "shakedown");
  expect(readdirSync(join(shipped, "dist", "runner", "cli")).some((it) => it.endsWith(".d.ts"))).toBe(true);
  expect(readdirSync(shipped)).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json", "runner", "scenarios", "templates"]),
  );
  expect(readdirSync(join(shipped, "scenarios"))).toContain("scenario.schema.json");
});
