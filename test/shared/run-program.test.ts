/** Programs that are run to their end: it is theirs, not that of what they leave behind. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Clock } from "../../runner/shared/host.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { runProgram } from "../../runner/shared/run-program.ts";
import { processesWith } from "../../runner/substrate/procfs/process.ts";
import { eventually } from "../support/eventually.ts";
import { scratch } from "../support/scratch.ts";
import { unique } from "../support/unique.ts";

const host = realHost();

/** A script, with a mark in its environment by which what it starts is found. */
const sh = (script: string, timeoutMs: number, on = host) => {
  const mark = unique("program");
  const run = runProgram(on, ["/bin/sh", "-c", script], { env: { RUN_PROGRAM_TEST: mark }, timeoutMs });
  return { run, alive: () => processesWith("RUN_PROGRAM_TEST", mark) };
};

test("what a program leaves running in the background, with its streams open, is not waited for", async () => {
  const { run, alive } = sh("sleep 600 & echo begun", 300_000);
  expect(await run).toMatchObject({ exit: 0, stdout: "begun\n", output: "begun\n", timedOut: false });
  const left = alive();
  expect(left).toHaveLength(1);
  for (const { pid } of left) host.kill(pid, "SIGKILL");
});

test("a program that takes too long is ended with all that it started", async () => {
  using folder = scratch();
  const file = join(folder.dir, "begun");
  // Time is up once it has begun.
  const begun = () => eventually(() => expect(existsSync(file)).toBe(true));
  const sleep: Clock["sleep"] = (ms, signal) => (ms === 300_000 ? begun() : host.clock.sleep(ms, signal));
  const { run, alive } = sh(`sleep 600 & echo begun; : > ${file}; wait`, 300_000, {
    ...host,
    clock: { ...host.clock, sleep },
  });
  expect(await run).toMatchObject({ exit: null, output: "begun\n", timedOut: true });
  await eventually(() => expect(alive()).toEqual([]));
});

test("all that it said is kept, also what comes with its end", async () => {
  const { run } = sh("printf 'a%.0s' $(seq 70000); echo last >&2; exit 3", 300_000);
  const { exit, stdout, output } = await run;
  expect(exit).toBe(3);
  expect(stdout).toHaveLength(70_000);
  expect(output).toMatch(/last\n$/);
  expect(output).toHaveLength(64 * 1024);
});

test("a program that can't be started says why", async () => {
  const result = await runProgram(host, ["/no/such/program"], { timeoutMs: 1_000 });
  expect(result).toMatchObject({ exit: null, timedOut: false });
  expect(result.output).toContain("ENOENT");
});
