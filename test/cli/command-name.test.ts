/** How the command is called in what is printed: it has to work where it was printed. */
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { asCalled, commandName } from "../../runner/cli/context.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { cliIn } from "../support/cli.ts";

const root = packageFile();

test("within the clone, and through npx, it is called by npx; elsewhere by its path", () => {
  expect(commandName({ env: {}, cwd: root })).toBe("npx shakedown");
  expect(commandName({ env: {}, cwd: packageFile("scenarios") })).toBe("npx shakedown");
  expect(commandName({ env: { npm_command: "exec" }, cwd: "/project" })).toBe("npx shakedown");
  const path = packageFile("runner", "cli", "shakedown.mjs");
  for (const cwd of ["/project", dirname(root), `${root}-of-somebody-else`]) {
    expect(commandName({ env: {}, cwd })).toBe(path);
    expect(asCalled({ env: {}, cwd }, "shakedown recover --all")).toBe(`${path} recover --all`);
  }
});

test("init outside of the clone says a command that works there", async () => {
  using cli = cliIn({ env: { npm_command: "" } });
  const { out } = await cli.run("init", "http://127.0.0.1:8080");
  expect(out).toContain(`\n  ${packageFile("runner", "cli", "shakedown.mjs")} run first.yaml\n`);
});
