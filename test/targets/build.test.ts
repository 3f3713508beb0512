import { expect, test } from "vitest";
import { realHost } from "../../runner/shared/real-host.ts";
import { buildTarget } from "../../runner/targets/build.ts";
import { addressOf, nodeTarget } from "../support/target-run.ts";

const redact = (text: string) => text.replaceAll("s3cret", "[redacted]");
const options = { env: { SHAKEDOWN_RUN: "r1" }, signal: new AbortController().signal, redact };
const building = (code: string) =>
  nodeTarget("", { build: [process.execPath, "-e", code], env: { MODE: "fast", DB: addressOf("db") } });

test("a build sees the target's environment, but no address of what is not up yet", async () => {
  const code = `const { MODE, DB, SHAKEDOWN_RUN } = process.env; process.exit(MODE === "fast" && DB === undefined && SHAKEDOWN_RUN === "r1" ? 0 : 1)`;
  await buildTarget(building(code), realHost(), options);
});

test("a failing build ends the run with the end of its output", async () => {
  const failing = buildTarget(
    building('console.log("compiling with s3cret"); console.error("syntax error"); process.exit(2)'),
    realHost(),
    options,
  );
  await expect(failing).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(
      /^the build of target shop ended with exit 2: .*\n {2}\| compiling with \[redacted\]\n {2}\| syntax error$/s,
    ),
  });
});

test("a build program that does not exist is named", async () => {
  const spec = nodeTarget("", { build: ["./no-such-make"] });
  await expect(buildTarget(spec, realHost(), options)).rejects.toThrow("there is no program ./no-such-make");
});

test("a target without a build needs none", async () => {
  await buildTarget(nodeTarget(""), realHost(), options);
});
