import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");
/** Slow tiers have targets of their own in the Makefile. */
const slow = ["test/crash/every-step.test.ts", "test/e2e/demo.test.ts"];
const common = { root, testTimeout: 120_000, hookTimeout: 60_000 };

/** Tests start real processes: they share two cores with each other, so only two files run at a time. */
export default defineConfig({
  test: {
    root,
    maxWorkers: 2,
    maxConcurrency: 4,
    projects: [
      { test: { ...common, name: "fast", include: ["test/**/*.test.ts"], exclude: slow } },
      { test: { ...common, name: "crash", include: ["test/crash/every-step.test.ts"], testTimeout: 1_800_000 } },
      { test: { ...common, name: "demo", include: ["test/e2e/demo.test.ts"], testTimeout: 1_200_000 } },
    ],
  },
});
