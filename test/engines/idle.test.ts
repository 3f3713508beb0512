/** Which of its idle connections a pool uses next. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { renderHttp1 } from "../../runner/engines/native/http1/render.ts";
import { aRequest } from "../support/load.ts";
import { type Sender, senderTo } from "../support/pool.ts";
import { httpServer, type Listening } from "../support/tcp-server.ts";

/** Answers when `atOnce.left` requests wait together; from then on at once. Tells the client's ports, request by request. */
async function gathering() {
  const ports: number[] = [];
  const atOnce = { left: 0 };
  const held: ServerResponse[] = [];
  const server = await httpServer((request, response) => {
    ports.push(request.socket.remotePort ?? 0);
    held.push(response);
    if (held.length >= atOnce.left) for (const it of held.splice(0)) it.end();
  });
  return { server, ports, atOnce };
}

const get = (server: Listening) => renderHttp1(aRequest(), { host: "127.0.0.1", port: server.port });

async function peak(sender: Sender, { server, atOnce }: Awaited<ReturnType<typeof gathering>>, requests: number) {
  atOnce.left = requests;
  await Promise.all(Array.from({ length: requests }, () => sender.send(get(server))));
  atOnce.left = 0;
}

test("a few are used in turn, so that the load spreads over the instances behind the address", async () => {
  const it = await gathering();
  await using server = it.server;
  using sender = senderTo(server.port);
  await peak(sender, it, 3);
  const first = it.ports.splice(0);
  for (let i = 0; i < 9; i++) await sender.send(get(server));
  expect(new Set(first).size).toBe(3);
  expect(it.ports.slice(0, 3).toSorted()).toEqual(first.toSorted());
  expect(it.ports.slice(3)).toEqual([...it.ports.slice(0, 3), ...it.ports.slice(0, 3)]);
});

test("those that a peak has left over wait aside, and serve the next peak", async () => {
  const it = await gathering();
  await using server = it.server;
  using sender = senderTo(server.port);
  await peak(sender, it, 100);
  it.ports.length = 0;
  for (let i = 0; i < 200; i++) await sender.send(get(server));
  expect(new Set(it.ports).size).toBe(64);
  await peak(sender, it, 100);
  expect(server.accepted()).toBe(100);
});
