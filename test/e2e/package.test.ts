import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sh } from "../support/sh.ts";

/** What `npm pack` makes, installed where the repository is not. */
const root = join(import.meta.dirname, "..", "..");
const dir = mkdtempSync(join(tmpdir(), "shakedown-package-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// What is in a folder of its own each time would fill the tests' cache of compiled code.
const { NODE_COMPILE_CACHE: _, ...env } = process.env;
const there = sh({ cwd: dir, env: { ...env, NO_COLOR: "1", XDG_STATE_HOME: join(dir, "state") } });

test("the package installs outside the repository, and validates, runs, judges and reports there", {
  timeout: 600_000,
}, async () => {
  // What an earlier build left of a module that is gone since.
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, "dist", "gone.js"), "");
  await sh({ cwd: root })`npm pack --pack-destination ${dir} --loglevel=error`;
  lockTo(`file:./${readdirSync(dir).find((it) => it.endsWith(".tgz"))}`);
  await there`npm ci --prefer-offline --no-audit --no-fund --loglevel=error`;

  const shakedown = join(dir, "node_modules", ".bin", "shakedown");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(await there`${shakedown} --version`.text()).toBe(`${version}\n`);
  expect(await there`${shakedown} validate node_modules/shakedown/scenarios/demo.yaml`.text()).toContain(
    "demo: 2 arms",
  );

  const service = "node node_modules/shakedown/scenarios/targets/node/db.mjs";
  await there`${shakedown} init ${service} --path /healthz --file first.yaml`;
  // Other tests use this machine: how busy it is, and how long an answer takes there, is not what is asked here.
  const set = [
    "load.rate=100/s",
    "phases.0.for=1s",
    "phases.1.for=3s",
    "samplers.off=[host,process]",
    "gates.0.max=1s",
  ];
  const said = await there`${shakedown} run first.yaml --trials 1 ${set.flatMap((it) => ["--set", it])}`.text();
  expect(said).toMatch(/^Pass: All 2 gates pass/m);
  const report = join(dir, /^report\s+(\S+)/m.exec(said)?.[1] as string);
  expect(readFileSync(report, "utf8")).toContain("<!doctype html>");

  const shipped = join(dir, "node_modules", "shakedown");
  expect(readdirSync(join(shipped, "dist", "runner", "cli")).some((it) => it.endsWith(".d.ts"))).toBe(true);
  expect(existsSync(join(shipped, "dist", "gone.js"))).toBe(false);
  expect(readdirSync(shipped)).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json", "runner", "scenarios", "templates"]),
  );
  // The picture stays in the repository: it would be a third of the package.
  const links = [...readFileSync(join(shipped, "README.md"), "utf8").matchAll(/(?<!!\[[^\]]*)\]\(([^)#:]+)\)/g)];
  expect(links.length).toBeGreaterThan(3);
  for (const [, path] of links) expect(existsSync(join(shipped, path as string)), path).toBe(true);
  expect(readdirSync(join(shipped, "scenarios"))).toContain("scenario.schema.json");
});

/** Its dependencies as in our own lock file: npm has these in its cache, and asks no registry what else there may be. */
function lockTo(shakedown: string): void {
  const { packages, ...lock } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const { "": own, ...others } = packages as Record<string, { readonly dev?: boolean }>;
  const wanted = { dependencies: { shakedown } };
  const shipped = Object.entries(others).filter(([, it]) => it.dev !== true);
  const all = { "": wanted, "node_modules/shakedown": { ...own, resolved: shakedown }, ...Object.fromEntries(shipped) };
  writeFileSync(join(dir, "package.json"), JSON.stringify(wanted));
  writeFileSync(join(dir, "package-lock.json"), JSON.stringify({ ...lock, packages: all }));
}
