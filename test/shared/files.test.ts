import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { makeFolder } from "../../runner/shared/files.ts";

test("several may make the same folders at the same time: none of them fails", async () => {
  const root = mkdtempSync(join(tmpdir(), "shakedown-folders-"));
  const code = `const { workerData } = require("node:worker_threads");
    import(workerData.files).then(({ makeFolder }) => {
      for (let i = 0; i < 100; i++) makeFolder(workerData.root + "/" + i + "/a/b");
    });`;
  const workerData = { root, files: new URL("../../runner/shared/files.ts", import.meta.url).href };
  const workers = [1, 2, 3].map(() => once(new Worker(code, { eval: true, workerData }), "exit"));
  expect(await Promise.all(workers)).toEqual([[0], [0], [0]]);
  expect(statSync(join(root, "99/a/b")).isDirectory()).toBe(true);
  rmSync(root, { recursive: true });
});

test("a file in the way of a folder is an error", () => {
  const file = new URL(import.meta.url).pathname;
  expect(() => makeFolder(file)).toThrow("EEXIST");
  expect(() => makeFolder(`${file}/a/b`)).toThrow("ENOTDIR");
});
