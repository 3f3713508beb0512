/** Children that speak lines: all they say is heard before their end is told, and nothing said to a dead one does harm. */
import { expect, test } from "vitest";
import { startLineChild } from "../../runner/shared/line-child.ts";
import { realHost } from "../../runner/shared/real-host.ts";

const host = realHost();

function speaking(argv: readonly [string, ...string[]]) {
  const heard: unknown[] = [];
  const child = startLineChild<object>(host, { argv, env: host.env, hear: (line, text) => heard.push(line ?? text) });
  return { ...child, heard, [Symbol.dispose]: child.kill };
}
const node = (code: string) => speaking([host.node, "-e", code]);

test("every line is heard before the end is told, also what is not JSON, and a last one without its newline", async () => {
  // What it leaves in the pipe comes after its exit: here from a child of its own.
  using child = speaking([
    "/bin/sh",
    "-c",
    `printf '{"n":1}\\nnonsense\\n'; { sleep 0.2; printf '{"n":2}'; } & exit 3`,
  ]);
  expect(await child.ended).toBe("it ended with exit code 3");
  expect(child.heard).toEqual([{ n: 1 }, "nonsense", { n: 2 }]);
});

test("its end is told with its last words, of which the beginning is forgotten", async () => {
  using child = node(
    `console.error("first words" + " and so on".repeat(1000) + ", out of luck"); process.kill(process.pid, "SIGTERM");`,
  );
  const how = await child.ended;
  expect(how).toMatch(/^it was killed by SIGTERM: .*, out of luck$/);
  expect(how).not.toContain("first words");
});

test("it hears what is said to it, and ends when it is released", async () => {
  using child = speaking(["/bin/cat"]);
  child.say('{"to":"it"}');
  child.release();
  expect(await child.ended).toBe("it ended with exit code 0");
  expect(child.heard).toEqual([{ to: "it" }]);
  child.say("to nobody");
  child.kill();
});

test("bytes are not fed to one that has not taken those before", async () => {
  using child = speaking(["/bin/sleep", "600"]);
  const more = Buffer.alloc(1 << 20);
  expect([child.feed(more), child.feed(more)]).toEqual([true, false]);
  child.kill();
  await child.ended;
  expect(child.feed(more)).toBe(false);
});

test("a program that can't be started ends with the reason", async () => {
  using child = speaking(["/no/such/program"]);
  child.say("anybody?");
  expect(await child.ended).toContain("ENOENT");
  expect(child.pid).toBe(0);
});
