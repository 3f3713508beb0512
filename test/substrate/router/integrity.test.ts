import { once } from "node:events";
import { connect } from "node:net";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Stream, Toxic } from "../../../runner/substrate/router/control.ts";
import { createProxy } from "../../../runner/substrate/router/proxy.ts";
import { holdLimit, shapeOf } from "../../../runner/substrate/router/shape.ts";
import { upstream } from "../../support/behind-router.ts";

const stream = fc.constantFrom<Stream>("upstream", "downstream", "both");
const harmless: fc.Arbitrary<Toxic> = fc.oneof(
  fc.record({
    type: fc.constant("latency" as const),
    stream,
    latencyMs: fc.integer({ min: 0, max: 10 }),
    jitterMs: fc.integer({ min: 0, max: 20 }),
  }),
  fc.record({ type: fc.constant("bandwidth" as const), stream, bytesPerSecond: fc.integer({ min: 2e6, max: 1e8 }) }),
);
const chunks = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 50 }),
    fc.integer({ min: 1, max: 200_000 }).map((size) => new Uint8Array(size).fill(size)),
  ),
  { maxLength: 6 },
);

test.prop([chunks, chunks, fc.array(harmless, { maxLength: 3 })], { numRuns: 40 })(
  "what is sent arrives unchanged and in order, both ways, while toxics come and go",
  async (asked, answered, toxics) => {
    const heard: Buffer[] = [];
    const heardAll = Promise.withResolvers<void>();
    await using server = await upstream("a", (socket) => {
      socket.on("end", heardAll.resolve);
      socket.on("data", (chunk) => heard.push(chunk));
      for (const chunk of answered) socket.write(chunk);
      socket.end();
    });
    const path = createProxy(() => undefined);
    path.setInstances([server.backend]);
    path.server.listen(0, "127.0.0.1");
    await once(path.server, "listening");
    const address = path.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");

    const got: Buffer[] = [];
    const client = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
    client.on("data", (chunk) => got.push(chunk));
    const ended = once(client, "end");
    toxics.forEach((toxic, i) => {
      path.add(String(i), toxic, 1);
      setTimeout(() => path.remove(String(i)), 5 * i);
    });
    for (const chunk of asked) client.write(chunk);
    client.end();
    await Promise.all([ended, heardAll.promise]);
    path.server.close();
    await once(path.server, "close");
    expect(Buffer.concat(got).equals(Buffer.concat(answered))).toBe(true);
    expect(Buffer.concat(heard).equals(Buffer.concat(asked))).toBe(true);
  },
);

test("latencies add up, the narrowest line counts, and connections as a whole are not a shape", () => {
  const shape = shapeOf(
    [
      { type: "latency", stream: "both", latencyMs: 10, jitterMs: 1 },
      { type: "latency", stream: "upstream", latencyMs: 5, jitterMs: 2 },
      { type: "bandwidth", stream: "upstream", bytesPerSecond: 10 },
      { type: "bandwidth", stream: "both", bytesPerSecond: 20 },
      { type: "latency", stream: "downstream", latencyMs: 100, jitterMs: 0 },
      { type: "down" },
    ],
    "upstream",
  );
  expect(shape).toEqual({ latencyMs: 15, jitterMs: 3, bytesPerSecond: 10, swallow: false });
  expect(shapeOf([{ type: "down" }, { type: "reset", afterMs: 0 }], "upstream")).toBe(null);
});

test.prop([
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 1, max: 1e12, noNaN: true })),
])("a direction holds what a line of its rate and length holds, within bounds", (latencyMs, bytesPerSecond) => {
  const limit = holdLimit({ latencyMs, jitterMs: 0, bytesPerSecond, swallow: false });
  expect(limit).toBeGreaterThanOrEqual(64 * 1024);
  expect(limit).toBeLessThanOrEqual(6 * 1024 * 1024);
});
