import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { faults } from "../../runner/faults/registry.ts";
import { cliIn } from "../support/cli.ts";
import { service } from "../support/harness.ts";
import { sh } from "../support/sh.ts";

/** What the README says is run. */
const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map((it) => it[1] as string);

describe("the README", () => {
  test("names only make targets that exist", async () => {
    const help = await sh({ cwd: root })`make help`.text();
    const named = [...readme.matchAll(/(?:^|`)make ([a-z-]+)/gm)].map((it) => it[1] as string);
    expect(named.length).toBeGreaterThan(2);
    for (const it of named) expect(help).toContain(`make ${it} `);
  });

  test("names only commands and options that exist", async () => {
    using cli = cliIn();
    const commands = [...readme.matchAll(/npx shakedown ([a-z]+)([^`\n]*)/g)];
    expect(commands.length).toBeGreaterThan(4);
    for (const [, command, rest] of commands) {
      const { exit, out } = await cli.run(command as string, "--help");
      expect(exit, command).toBe(0);
      for (const [option] of (rest ?? "").matchAll(/--[a-z-]+/g))
        expect(option === "--help" || out.includes(option), option).toBe(true);
    }
  });

  test("shows a scenario that validates when it is added to what init writes", async () => {
    using cli = cliIn();
    await cli.run("init", `node ${service("db")}`, "--path", "/healthz", "--file", "first.yaml");
    const [snippet] = blocks("yaml");
    const file = join(cli.dir, "first.yaml");
    const scenario = { ...parse(readFileSync(file, "utf8")), ...parse(snippet as string) };
    writeFileSync(file, stringify(scenario).replace("instances: 1", "instances: 3"));
    const { exit, err } = await cli.run("validate", "first.yaml");
    expect(err).toBe("");
    expect(exit).toBe(0);
  });

  test("has every kind of fault in its table, and links only to files that exist", () => {
    for (const it of faults) expect(readme).toContain(`\`${it.kind}\``);
    for (const [, path] of readme.matchAll(/\]\(([^)#:]+)\)/g))
      expect(existsSync(join(root, path as string)), path).toBe(true);
  });
});
