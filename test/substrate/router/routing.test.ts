import { once } from "node:events";
import { expect, test } from "vitest";
import { isSame } from "../../../runner/substrate/procfs/process.ts";
import { behindRouter, client, echo, upstream } from "../../support/behind-router.ts";
import { startNode } from "../../support/child.ts";
import { eventually } from "../../support/eventually.ts";
import { closedPort } from "../../support/tcp-server.ts";

test.concurrent("connections go to the instances in turn, and the journal tells which client port went where", async () => {
  await using a = await echo("a");
  await using b = await echo("b");
  await using routed = await behindRouter([a.backend, b.backend]);
  const ports: number[] = [];
  for (let i = 0; i < 4; i++) {
    using one = client(routed.router.address.port);
    one.socket.write("hello");
    await eventually(() => expect(one.received().toString()).toBe("hello"));
    ports.push(one.socket.localPort ?? 0);
  }
  await eventually(() => expect(routed.journal.map(([port]) => port)).toEqual(ports));
  expect(routed.journal.map(([, instance]) => instance)).toEqual(["a", "b", "a", "b"]);
  expect([a.sockets.length, b.sockets.length]).toEqual([2, 2]);
});

test.concurrent("a router tells how many connections clients made, those included that it refused", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([]);
  const { link, setInstances, address } = routed.router;
  expect(await link.accepted()).toBe(0);
  using _refused = client(address.port);
  await eventually(async () => expect(await link.accepted()).toBe(1));
  await setInstances([a.backend]);
  using _served = client(address.port);
  await eventually(async () => expect(await link.accepted()).toBe(2));
});

test.concurrent("an instance that is taken off the list keeps its connections and gets no new ones", async () => {
  await using a = await echo("a");
  await using b = await echo("b");
  await using routed = await behindRouter([a.backend]);
  using old = client(routed.router.address.port);
  old.socket.write("1");
  await eventually(() => expect(old.received().toString()).toBe("1"));
  await routed.router.setInstances([b.backend]);
  using fresh = client(routed.router.address.port);
  fresh.socket.write("2");
  old.socket.write("3");
  await eventually(() => expect(fresh.received().toString()).toBe("2"));
  await eventually(() => expect(old.received().toString()).toBe("13"));
  await eventually(() => expect(routed.journal.map(([, instance]) => instance)).toEqual(["a", "b"]));
});

test.concurrent("the last connections before a router is stopped are told too", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  using last = client(routed.router.address.port);
  last.socket.write("1");
  await eventually(() => expect(last.received().toString()).toBe("1"));
  await routed.router.stop();
  expect(routed.journal.map(([, instance]) => instance)).toEqual(["a"]);
});

test.concurrent("killing one of three instances breaks its connections only, and new ones go to the others", async () => {
  const script = `require("net").createServer((s) => s.on("error", () => {}).pipe(s)).listen(0, "127.0.0.1", function () { console.log(this.address().port) })`;
  await using one = startNode(script);
  await using two = startNode(script);
  await using three = startNode(script);
  const backends = await Promise.all(
    [one, two, three].map((child, i) =>
      eventually(() => {
        expect(child.out()).toContain("\n");
        return { id: `i${i}`, host: "127.0.0.1", port: Number(child.out()) };
      }),
    ),
  );
  await using routed = await behindRouter(backends);
  const clients = [0, 1, 2].map(() => client(routed.router.address.port));
  for (const it of clients) {
    it.socket.write("x");
    await eventually(() => expect(it.received().toString()).toBe("x"));
  }
  one.process.kill("SIGKILL");
  await eventually(() => expect(clients.map((it) => it.ending() !== null)).toEqual([true, false, false]));

  // Still listed, as before the supervisor notices: that turn's connection breaks and is not handed on.
  using unlucky = client(routed.router.address.port);
  await eventually(() => expect(unlucky.ending()).toBe("ECONNRESET"));

  await routed.router.setInstances(backends.slice(1));
  for (let i = 0; i < 4; i++) {
    using next = client(routed.router.address.port);
    next.socket.write("y");
    await eventually(() => expect(next.received().toString()).toBe("y"));
  }
  await eventually(() => expect(routed.journal.slice(4).map(([, id]) => id)).not.toContain("i0"));
  for (const it of clients) it.socket.destroy();
});

test.concurrent("without a ready instance a connection is reset at once, and the port stays ours", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([]);
  using refused = client(routed.router.address.port);
  await eventually(() => expect(refused.ending()).toBe("ECONNRESET"));
  await routed.router.setInstances([a.backend]);
  using served = client(routed.router.address.port);
  served.socket.write("x");
  await eventually(() => expect(served.received().toString()).toBe("x"));
});

test.concurrent("a listed instance where nobody listens breaks the connection", async () => {
  await using routed = await behindRouter([{ id: "dead", host: "127.0.0.1", port: await closedPort() }]);
  using one = client(routed.router.address.port);
  one.socket.write("x");
  await eventually(() => expect(one.ending()).toBe("ECONNRESET"));
});

test.concurrent("a half-closed connection stays half open until the other side has said all", async () => {
  await using server = await upstream("a", (socket) => {
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("end", () => setTimeout(() => socket.end(`heard ${heard}`), 50));
  });
  await using routed = await behindRouter([server.backend]);
  using one = client(routed.router.address.port);
  one.socket.end("the question");
  await eventually(() => expect(one.ending()).toBe("end"));
  expect(one.received().toString()).toBe("heard the question");
});

test.concurrent("a reset arrives as a reset, in both directions, after the data that came before it", async () => {
  await using server = await upstream("a", (socket) => {
    socket.on("data", () => socket.write("last words", () => setTimeout(() => socket.resetAndDestroy(), 50)));
  });
  await using routed = await behindRouter([server.backend]);
  using one = client(routed.router.address.port);
  one.socket.write("x");
  await eventually(() => expect(one.ending()).toBe("ECONNRESET"));
  expect(one.received().toString()).toBe("last words");

  using two = client(routed.router.address.port);
  const [socket] = await eventually(() => {
    const [, second] = server.sockets;
    expect(second).toBeDefined();
    return [second];
  });
  const broken = once(socket ?? two.socket, "error");
  two.socket.resetAndDestroy();
  expect(await broken).toMatchObject([{ code: "ECONNRESET" }]);
});

test.concurrent("a client that does not read makes the instance wait instead of filling the router's memory", async () => {
  const chunk = Buffer.alloc(1024 * 1024);
  let accepted = 0;
  await using server = await upstream("a", (socket) => {
    const more = () => {
      while (accepted < 400 && socket.write(chunk)) accepted++;
      accepted++;
    };
    socket.on("drain", more);
    more();
  });
  await using routed = await behindRouter([server.backend]);
  using lazy = client(routed.router.address.port);
  lazy.socket.pause();
  let before = -1;
  await eventually(async () => {
    const last = before;
    before = accepted;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBe(last);
  });
  // What the kernel holds for two loopback connections, at most tcp_rmem and tcp_wmem each.
  expect(accepted).toBeLessThan(60);
  lazy.socket.resume();
  await eventually(() => expect(accepted).toBeGreaterThan(60));
});

test.concurrent("the router ends when its stdin closes, and its ports with it", async () => {
  await using a = await echo("a");
  await using routed = await behindRouter([a.backend]);
  const { pid, startedAt, address, link } = routed.router;
  await routed.router.stop();
  expect(isSame(pid, startedAt)).toBe(false);
  for (const port of [address.port, link.controlPort]) {
    using one = client(port);
    await eventually(() => expect(one.ending()).toBe("ECONNREFUSED"));
  }
  expect(routed.exits).toEqual([]);
});

test.concurrent("a harness that is killed takes its router with it", async () => {
  const router = new URL("../../../runner/substrate/router/router.main.ts", import.meta.url).pathname;
  const harness = `const c = require("child_process").spawn(process.execPath, [${JSON.stringify(router)}], { stdio: ["pipe", "pipe", "inherit"], detached: true });
    c.stdout.once("data", () => console.log(c.pid + " " + require("fs").readFileSync("/proc/" + c.pid + "/stat", "utf8").split(") ")[1].split(" ")[19]));`;
  await using child = startNode(harness);
  const [pid = 0, startedAt = 0] = await eventually(() => {
    expect(child.out()).toContain("\n");
    return child.out().split(" ").map(Number);
  });
  expect(isSame(pid, startedAt)).toBe(true);
  child.process.kill("SIGKILL");
  await eventually(() => expect(isSame(pid, startedAt)).toBe(false));
});

test.concurrent("a router that dies by itself is told", async () => {
  await using routed = await behindRouter([]);
  process.kill(routed.router.pid, "SIGKILL");
  await eventually(() => expect(routed.exits).toEqual(["it was killed by SIGKILL"]));
  await expect(routed.router.setInstances([])).rejects.toThrow("is gone");
});
