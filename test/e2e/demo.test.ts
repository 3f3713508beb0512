import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sh } from "../support/sh.ts";

/** The demo must not be able to succeed for the wrong reason: its plant is taken away, and moved. */
const root = join(import.meta.dirname, "..", "..");

async function demo(...set: string[]): Promise<{ readonly exit: number | null; readonly complaints: string }> {
  const out = mkdtempSync(join(tmpdir(), "shakedown-demo-"));
  try {
    const moved = set.flatMap((it) => ["--set", it]);
    const run = sh({ cwd: root, nothrow: true });
    const it = await run`${process.execPath} test/tools/demo.main.ts ${moved} --quiet --out ${out}`;
    return { exit: it.exitCode, complaints: (it.stderr.match(/^demo: .*$/gm) ?? []).join("\n") };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

describe("the demo fails", () => {
  test("when the candidate's regression is taken away", async () => {
    const { exit, complaints } = await demo("arms.candidate.targets.shop.env.CACHE=on");
    expect(exit).not.toBe(0);
    expect(complaints).toMatch(/gate "typical response time" was (pass|inconclusive), not regressed/);
  });

  test("when the regression is moved to another metric", async () => {
    const { exit, complaints } = await demo(
      "arms.candidate.targets.shop.env.CACHE=on",
      "arms.candidate.targets.shop.env.BALLAST_MB=200",
    );
    expect(exit).not.toBe(0);
    expect(complaints).toMatch(/gate "typical response time" was (pass|inconclusive), not regressed/);
    expect(complaints).toMatch(/gate "memory" was regressed, not pass/);
  });
});
