/** What instances wrote last, as messages quote it. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { quoted } from "../../runner/targets/quoted.ts";

test("the error that a stack belongs to is told, its frames are not", () => {
  const { stderr } = spawnSync(process.execPath, ["-e", "require('net').connect({ path: '/no/such/socket' })"], {
    encoding: "utf8",
  });
  expect(stderr).toMatch(/^ +at /m);
  expect(quoted(stderr)).toMatch(
    /^; its last output:\n(?: {2}\| .*\n)*? {2}\| Error: connect ENOENT \/no\/such\/socket$/m,
  );
  expect(quoted(stderr)).not.toMatch(/^ {2}\| +at /m);
});

test("frames are told where there is nothing else, as is that nothing was written", () => {
  expect(quoted("\n    at main (a.js:1:1)\n")).toBe("; its last output:\n  |     at main (a.js:1:1)");
  expect(quoted("\n")).toBe("; it wrote nothing");
  expect(quoted("", 2)).toBe("; none of them wrote anything");
  expect(quoted("no database", 2)).toBe("; the last output of each:\n  | no database");
});
