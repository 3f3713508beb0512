import { expect, test } from "vitest";
import { realHost } from "../../../runner/shared/real-host.ts";
import { removeToxic } from "../../../runner/substrate/router/client.ts";
import type { Toxic } from "../../../runner/substrate/router/control.ts";
import { behindRouter, client, echo, type Routed } from "../../support/behind-router.ts";
import { eventually } from "../../support/eventually.ts";
import { closedPort, tcpServer } from "../../support/tcp-server.ts";

const { clock } = realHost();

/** A client whose first byte has come back: its connection is open from end to end. */
async function talking(routed: Routed) {
  const one = client(routed.router.address.port);
  one.socket.write("a");
  await eventually(() => expect(one.received().toString()).toBe("a"));
  return one;
}

const roundTrip = async (one: ReturnType<typeof client>, text: string) => {
  const already = one.received().length;
  const start = performance.now();
  one.socket.write(text);
  await eventually(() => expect(one.received().length).toBe(already + text.length));
  return performance.now() - start;
};

const latency = (stream: "upstream" | "downstream" | "both"): Toxic => ({
  type: "latency",
  stream,
  latencyMs: 150,
  jitterMs: 0,
});

test.concurrent("latency delays open and new connections, once for each direction that it is on", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using open = await talking(routed);
  const { link } = routed.router;
  expect(await link.touched("slow")).toEqual({ on: false, connections: 0 });

  await link.add("slow", latency("downstream"), 1);
  expect(await link.touched("slow")).toEqual({ on: true, connections: 0 });
  expect(await roundTrip(open, "b")).toBeGreaterThanOrEqual(149);
  using fresh = client(routed.router.address.port);
  expect(await roundTrip(fresh, "c")).toBeGreaterThanOrEqual(149);
  expect(await link.touched("slow")).toEqual({ on: true, connections: 2 });
  await link.remove("slow");

  await link.add("slower", latency("both"), 1);
  expect(await roundTrip(open, "d")).toBeGreaterThanOrEqual(298);
});

test.concurrent("a latency that is taken off lets go of what it held, in order", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using open = await talking(routed);
  await routed.router.link.add("hours", { ...latency("upstream"), latencyMs: 3_600_000 } as Toxic, 1);
  open.socket.write("b");
  await eventually(async () => expect(await routed.router.link.touched("hours")).toMatchObject({ connections: 1 }));
  open.socket.end("c");
  await routed.router.link.remove("hours");
  await eventually(() => expect(open.ending()).toBe("end"));
  expect(open.received().toString()).toBe("abc");
});

test.concurrent("bandwidth lets no more than its rate pass", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using open = await talking(routed);
  await routed.router.link.add("narrow", { type: "bandwidth", stream: "upstream", bytesPerSecond: 100_000 }, 1);
  expect(await roundTrip(open, "x".repeat(50_000))).toBeGreaterThanOrEqual(499);
});

test.concurrent("a blackhole swallows data and closes nothing; taking it off closes the connections that lost something", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using speaks = await talking(routed);
  using silent = await talking(routed);
  const { link } = routed.router;
  await link.add("hole", { type: "blackhole", stream: "downstream" }, 1);
  speaks.socket.write("lost");
  await eventually(async () => expect(await link.touched("hole")).toEqual({ on: true, connections: 1 }));
  using fresh = client(routed.router.address.port);
  fresh.socket.write("lost too");
  await eventually(async () => expect(await link.touched("hole")).toEqual({ on: true, connections: 2 }));
  expect([speaks.ending(), silent.ending(), fresh.ending()]).toEqual([null, null, null]);
  expect(a.sockets.map((socket) => socket.destroyed)).toEqual([false, false, false]);

  await link.remove("hole");
  await eventually(() => expect([speaks.ending(), fresh.ending()]).not.toContain(null));
  expect(speaks.received().toString()).toBe("a");
  await roundTrip(silent, "still here");
  expect(silent.ending()).toBe(null);
});

test.concurrent("a reset hits open connections at once and new ones after its time, and counts both", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using open = await talking(routed);
  const { link } = routed.router;
  // A busy machine may need seconds for the round trips that come before.
  const afterMs = 4000;
  await link.add("rst", { type: "reset", afterMs }, 1);
  await eventually(() => expect(open.ending()).toBe("ECONNRESET"));
  await eventually(() => expect(a.sockets[0]?.destroyed).toBe(true));
  const begun = performance.now();
  using fresh = client(routed.router.address.port);
  await roundTrip(fresh, "there is time for this");
  await eventually(() => expect(fresh.ending()).toBe("ECONNRESET"));
  expect(performance.now() - begun).toBeGreaterThanOrEqual(afterMs - 1);
  expect(await link.touched("rst")).toEqual({ on: true, connections: 2 });

  using spared = client(routed.router.address.port);
  await roundTrip(spared, "x");
  await link.remove("rst");
  await new Promise((resolve) => setTimeout(resolve, afterMs + 100));
  await roundTrip(spared, "y");
});

test.concurrent("down closes open connections and refuses new ones until it is taken off", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using open = await talking(routed);
  await routed.router.link.add("off", { type: "down" }, 1);
  await eventually(() => expect(open.ending()).not.toBe(null));
  using refused = client(routed.router.address.port);
  await eventually(() => expect(refused.ending()).toBe("ECONNRESET"));
  expect(await routed.router.link.touched("off")).toEqual({ on: true, connections: 2 });
  expect(a.sockets.length).toBe(1);
  await routed.router.link.remove("off");
  using back = await talking(routed);
  expect(back.ending()).toBe(null);
  expect(await routed.router.link.touched("off")).toEqual({ on: false, connections: 2 });
});

test.concurrent("a share is drawn for each connection, and holds as long as the connection", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  await routed.router.link.add("half", { type: "down" }, 0.5);
  const clients = Array.from({ length: 100 }, () => client(routed.router.address.port));
  for (const it of clients) it.socket.write("x");
  await eventually(() => {
    for (const it of clients) expect(it.ending() !== null || it.received().length === 1).toBe(true);
  });
  const refused = clients.filter((it) => it.ending() !== null).length;
  // Outside of this with probability 2e-9 (binomial, 100 draws).
  expect(refused).toBeGreaterThan(20);
  expect(refused).toBeLessThan(80);
  expect((await routed.router.link.touched("half")).connections).toBe(refused);
  for (const it of clients) it.socket.destroy();
});

test.concurrent("a toxic's name can't be on twice, and taking off twice is fine", async () => {
  await using routed = await behindRouter([]);
  const { link } = routed.router;
  await link.add("x", { type: "down" }, 1);
  await expect(link.add("x", { type: "down" }, 1)).rejects.toThrow("toxic x is on already");
  await link.remove("x");
  await link.remove("x");
  await link.add("x", { type: "down" }, 1);
});

test.concurrent("whoever knows the token takes a toxic off; without it nothing happens", async () => {
  await using routed = await behindRouter([]);
  const { link } = routed.router;
  await link.add("x", { type: "down" }, 1);
  expect(await removeToxic(clock, link.controlPort, "not the token", "x")).toBe("gone");
  expect((await link.touched("x")).on).toBe(true);
  expect(await removeToxic(clock, link.controlPort, link.token, "x")).toBe("removed");
  expect((await link.touched("x")).on).toBe(false);
  expect(await removeToxic(clock, link.controlPort, link.token, "x")).toBe("removed");
});

test.concurrent("a router that is gone has no toxic, also when somebody else has its port now", async () => {
  expect(await removeToxic(clock, await closedPort(), "token", "x")).toBe("gone");
  await using stranger = await tcpServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect(await removeToxic(clock, stranger.port, "token", "x")).toBe("gone");
});
