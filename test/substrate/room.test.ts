/** What a process has open, and how much of it it may have. */
import { closeSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { type Room, readRoom } from "../../runner/substrate/procfs/room.ts";
import { start } from "../support/child.ts";

const file = new URL("../../runner/substrate/procfs/room.ts", import.meta.url).href;

test("each file that is opened is one descriptor more", () => {
  const before = readRoom("self")?.descriptors ?? Number.NaN;
  const files = Array.from({ length: 20 }, () => openSync("/dev/null", "r"));
  const during = readRoom("self")?.descriptors ?? Number.NaN;
  for (const it of files) closeSync(it);
  // Other tests run in this process.
  expect(during - before).toBeGreaterThanOrEqual(10);
});

test("the limit is the process's own", async () => {
  const code = `import(${JSON.stringify(file)}).then(({ readRoom }) => console.log(JSON.stringify(readRoom("self"))))`;
  await using child = start(["bash", "-c", 'ulimit -n 77 && exec "$@"', "bash", process.execPath, "-e", code]);
  await child.exited;
  const room: Room = JSON.parse(child.out());
  expect(room.descriptorLimit).toBe(77);
  expect(room.descriptors).toBeGreaterThan(3);
  expect(room.localPorts).toBeGreaterThan(1000);
});

test("a process that is gone has none", async () => {
  const child = start([process.execPath, "-e", ""]);
  await child.exited;
  expect(readRoom(child.pid)).toBeNull();
});
