import { get } from "node:http";
import { expect, test } from "vitest";
import type { HttpTargetSpec } from "../../runner/record/scenario.ts";
import { targetRun } from "../support/target-run.ts";
import { closedPort, httpServer } from "../support/tcp-server.ts";

const spec = (url: string, withinMs = 10_000): HttpTargetSpec => ({
  kind: "http",
  name: "theirs",
  url,
  ready: { path: "/healthz", withinMs },
  needs: [],
});

test("somebody else's service is reached through our router, where links can be disturbed", async () => {
  await using theirs = await httpServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  await using run = targetRun();
  const target = await run.up(spec(`http://localhost:${theirs.port}/`));
  expect(target.address.port).not.toBe(theirs.port);
  expect(target.hostHeader).toBe(`localhost:${theirs.port}`);
  expect(target.capabilities).toEqual(new Set(["link"]));
  expect([target.desired, target.instances()]).toEqual([0, []]);
  const answer = await new Promise((resolve, reject) => {
    const { host, port } = target.address;
    const headers = { host: target.hostHeader ?? "" };
    get({ host, port, path: "/x", headers }, (response) => response.on("data", (text) => resolve(String(text)))).on(
      "error",
      reject,
    );
  });
  expect(answer).toBe(`localhost:${theirs.port} /x`);
  await target.link.add("off", { type: "down" }, 1);
  await expect(fetch(`http://127.0.0.1:${target.address.port}/`)).rejects.toThrow();
});

test("a service that does not answer is an outcome of the arm", async () => {
  await using run = targetRun();
  const url = `http://127.0.0.1:${await closedPort()}`;
  await expect(run.up(spec(url, 300))).rejects.toMatchObject({
    name: "TargetFailed",
    message: `theirs at ${url} was not ready within 0.3 s: GET /healthz: nobody listens at its port`,
  });
});

test("https is refused with a reason before anything starts", async () => {
  await using run = targetRun();
  expect(() => run.create(spec("https://localhost:8443"))).toThrow(
    expect.objectContaining({ name: "UserError", hint: expect.stringContaining("plain http") }),
  );
});
