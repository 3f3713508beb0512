import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answering, getJson, nodeTarget, targetRun } from "../support/target-run.ts";

test("output is kept: the first MiB in a file, the last lines with the exit", async () => {
  await using run = targetRun();
  const code = `for (let i = 0; i < 40000; i++) require("fs").writeSync(1, "line " + i + " " + "x".repeat(50) + "\\n"); ${answering("1")}`;
  const shop = await run.up(nodeTarget(code));
  await shop.dispose();
  const kept = readFileSync(join(run.rawDir, "shop-0.log"), "utf8");
  expect(kept.startsWith("line 0 x")).toBe(true);
  expect(kept.length).toBeLessThan(1024 * 1024 + 100);
  expect(kept).toContain("only the first 1024 KiB are kept");
  const exit = run.events.find((it) => it.type === "instance.exit");
  if (exit?.type !== "instance.exit") throw new Error("no exit");
  expect(exit.output.split("\n").at(-1)).toMatch(/^line 39999 x+$/);
  expect(exit.output.length).toBeLessThanOrEqual(2048);
  expect(exit.output).toMatch(/^line \d+ x+\n/);
});

test("secrets do not reach the file, also when a line comes in pieces or is the last one without an end", async () => {
  await using run = targetRun();
  // It serves, and so is ready, when all is written.
  const code = `process.stdout.write("password s3c"); setTimeout(() => process.stdout.write("ret\\nlast s3cret", () => { ${answering("1")} }), 50);`;
  const shop = await run.up(nodeTarget(code));
  await shop.dispose();
  const kept = readFileSync(join(run.rawDir, "shop-0.log"), "utf8");
  expect(kept).toBe("password [redacted]\nlast [redacted]");
});

test("an exit tells no end of a secret that its cut went through", async () => {
  await using run = targetRun();
  // 2 KiB are told, and the fourth letter of the secret is the first of them.
  const code = `process.stdout.write("s3cret" + "x".repeat(2045), () => process.exit(3));`;
  await expect(run.up(nodeTarget(code, { restart: { delayMs: 1, maxInARow: 0 } }))).rejects.toThrow();
  const exit = run.events.find((it) => it.type === "instance.exit");
  expect(exit).toMatchObject({ output: expect.stringMatching(/^\S*x{2000,}$/) });
  expect(JSON.stringify(run.events)).not.toContain("retx");
});

test("a sampler's preload and the scenario's own NODE_OPTIONS both reach the instance, and only it", async () => {
  await using run = targetRun({ instanceEnv: { NODE_OPTIONS: "--no-deprecation" } });
  const shop = await run.up(
    nodeTarget(answering("env.NODE_OPTIONS"), { env: { NODE_OPTIONS: "--max-old-space-size=64" } }),
  );
  expect(await getJson(shop.address)).toBe("--max-old-space-size=64 --no-deprecation");
  const router = readFileSync(`/proc/${shop.link.pid}/environ`, "utf8");
  expect(router).not.toContain("max-old-space-size");
  expect(router).toContain("SHAKEDOWN_RUN=");
});
