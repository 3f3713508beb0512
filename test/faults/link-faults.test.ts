/** Faults on a link against a real router: proved only when a connection was hit, and off after undo. */
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../runner/faults/fault.ts";
import { faults } from "../../runner/faults/registry.ts";
import { realHost } from "../../runner/shared/real-host.ts";
import { type Router, startRouter } from "../../runner/substrate/router/router.ts";
import { faultContext, injectOn, targetOf } from "../support/one-instance.ts";

const host = realHost();
const context = faultContext(`test-link-faults-${process.pid}`);
const options: Readonly<Record<string, object>> = {
  latency: { delay: "30ms", jitter: "5ms" },
  bandwidth: { rate: "1KiB/s" },
  blackhole: {},
  reset: { after: "0ms" },
  down: {},
};

let server: Server;
let router: Router;

beforeAll(async () => {
  server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  router = await startRouter(host, { env: host.env, onConnections: () => undefined, onExit: () => undefined });
  await router.setInstances([{ id: "shop-0", host: "127.0.0.1", port }]);
});
afterAll(async () => {
  await router.stop();
  server.closeAllConnections();
  server.close();
});

/** One request on a connection of its own: what came back, or null when it was cut or stayed silent for very long. */
const ask = () =>
  new Promise<string | null>((resolve) => {
    let text = "";
    const socket = connect(router.address.port, "127.0.0.1");
    const end = (result: string | null) => {
      resolve(result);
      socket.destroy();
    };
    socket.setTimeout(20_000, () => end(null));
    socket.on("error", () => end(null));
    socket.on("close", () => end(text.includes("hello") ? text : null));
    socket.on("data", (chunk) => {
      text += chunk;
      if (text.includes("hello")) end(text);
    });
    socket.write("GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
  });

describe.each(faults.filter((it) => it.hits === "link").map((it) => [it.kind, it] as const))(
  "%s",
  (kind, fault: Fault) => {
    test("lands when a connection is hit, not before, and is off after undo", async () => {
      const on = await injectOn(fault, options[kind] ?? {}, targetOf([], router.link), context);
      expect(on.deed.instance).toBe("link");
      expect(await on.deed.landed(context)).toBeNull();
      const during = ask();
      expect(await on.landed()).toMatchObject({ grade: "A" });
      expect(await on.revert()).toBeNull();
      // Out of a blackhole a connection comes by its end.
      if (["blackhole", "reset", "down"].includes(kind)) expect(await during).toBeNull();
      else expect(await during).toContain("hello");
      expect(await ask()).toContain("hello");
      expect(await on.deed.landed(context)).toBeNull();
    });

    test("reaches no instances and needs only a router", () => {
      expect(fault.reach(fault.options.parse(options[kind] ?? {}), 3)).toBe(0);
      expect(fault.requires).toEqual(["link"]);
    });
  },
);

test("two faults of one kind are on at a time and undone one by one", async () => {
  const latency = faults.find((it) => it.kind === "latency") as Fault;
  const target = targetOf([], router.link);
  const one = await injectOn(latency, { delay: "1ms" }, target, context);
  const two = await injectOn(latency, { delay: "2ms", stream: "upstream" }, target, context);
  expect(await one.revert()).toBeNull();
  await ask();
  expect(await two.landed()).toMatchObject({ grade: "A" });
  expect(await one.deed.landed(context)).toBeNull();
  expect(await two.revert()).toBeNull();
});
