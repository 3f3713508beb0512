import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { childEnv } from "../runner/shared/package.ts";
import { LongestFirst } from "./support/longest-first.ts";

const root = join(import.meta.dirname, "..");
/**
 * Sessions of many trials each, whole runs of what engines and analyses have tests of their own for, and the package as it is installed.
 * Fewer at a time than others (see the Makefile): a trial that neighbours disturb ends a session otherwise than its test means.
 */
const sessions = ["baseline", "capacity", "ci", "flows", "history", "k6", "package", "sessions", "transport"].map(
  (it) => `test/e2e/${it}.test.ts`,
);
/** Slow tiers have targets of their own in the Makefile. */
const slow = [...sessions, "test/crash/every-step.test.ts", "test/e2e/demo.test.ts"];
const common = {
  root,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A worker reads the sources once for all files that it runs. Nothing in them is kept between tests but counters.
  isolate: false,
  // Half of what a short run computes is its seven processes reading the sources: they keep what they compiled, where Node does so by
  // itself. Not below node_modules, which an install empties while a test may still write there.
  env: childEnv,
};

/**
 * Tests start real processes, which share two cores with each other and wait for much of their time. Measured there on a third of the
 * suite: three files at a time with three of their concurrent tests keep the cores busy (110 s), two with four leave a fifth idle (133 s).
 */
export default defineConfig({
  test: {
    root,
    maxWorkers: 3,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...common, name: "fast", include: ["test/**/*.test.ts"], exclude: slow } },
      { test: { ...common, name: "sessions", include: sessions, testTimeout: 400_000 } },
      { test: { ...common, name: "crash", include: ["test/crash/every-step.test.ts"], testTimeout: 1_800_000 } },
      { test: { ...common, name: "demo", include: ["test/e2e/demo.test.ts"], testTimeout: 1_200_000 } },
    ],
  },
});
