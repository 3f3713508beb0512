import { defineConfig } from "vitest/config";

/** Tests that start real processes share two cores with each other, so only two files run at a time. */
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    exclude: ["test/crash/every-step.test.ts", "test/cluster/**", "test/vm/**"],
    globalSetup: [],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    reporters: ["default"],
  },
});
