import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** The demo must not be able to succeed for the wrong reason: its plant is taken away, and moved. */
const root = join(import.meta.dirname, "..", "..");

function demo(...set: string[]): { readonly status: number | null; readonly complaints: readonly string[] } {
  const out = mkdtempSync(join(tmpdir(), "shakedown-demo-"));
  try {
    const args = set.flatMap((it) => ["--set", it]);
    const { status, stderr } = spawnSync(
      process.execPath,
      ["test/tools/demo.main.ts", ...args, "--quiet", "--out", out],
      { cwd: root, encoding: "utf8" },
    );
    return { status, complaints: stderr.split("\n").filter((it) => it.startsWith("demo: ")) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

describe("the demo fails", () => {
  test("when the candidate's regression is taken away", () => {
    const { status, complaints } = demo("arms.candidate.targets.shop.env.CACHE=on");
    expect(status).not.toBe(0);
    expect(complaints.join("\n")).toMatch(/gate "typical response time" was (pass|inconclusive), not regressed/);
  });

  test("when the regression is moved to another metric", () => {
    const { status, complaints } = demo(
      "arms.candidate.targets.shop.env.CACHE=on",
      "arms.candidate.targets.shop.env.BALLAST_MB=200",
    );
    expect(status).not.toBe(0);
    expect(complaints.join("\n")).toMatch(/gate "typical response time" was (pass|inconclusive), not regressed/);
    expect(complaints.join("\n")).toMatch(/gate "memory" was regressed, not pass/);
  });
});
