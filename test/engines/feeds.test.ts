/** Feeds: what a file holds arrives at the server as it was, each row as often as the order says. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { readFeed } from "../../runner/engines/requests/feed-file.ts";
import type { FeedSpec, LoadSpec } from "../../runner/record/scenario.ts";
import { aLoad, aRequest, onePhase, runLoad } from "../support/load.ts";
import { scratch } from "../support/scratch.ts";
import { httpServer } from "../support/tcp-server.ts";

function feedOf(file: string, text: string, order: FeedSpec["order"] = "sequential"): FeedSpec {
  writeFileSync(file, text);
  const read = readFeed(file, file);
  if (!read.ok) throw new Error(read.message);
  return { name: "users", file, order, rows: read.feed.rows.length, sha256: read.feed.sha256 };
}

/** Rows `id` 0 to n - 1, sent as `/ID` evenly at 300/s; how often each came, by worker where `workers` are told apart. */
async function drawn(order: FeedSpec["order"], rows: number, workers: number, requests: number) {
  using folder = scratch();
  const text = `id\n${Array.from({ length: rows }, (_, i) => `row-${i}`).join("\n")}\n`;
  const feed = feedOf(join(folder.dir, "users.csv"), text, order);
  const seen = new Map<string, number>();
  await using server = await httpServer((request, response) => {
    const id = (request.url ?? "").slice(1);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    response.end();
  });
  const load = aLoad({
    workers,
    model: { kind: "open", rate: 300, spacing: "even" },
    feeds: [feed],
    requests: [aRequest({ path: "/${feed.users.id}" })],
  });
  const { totals, lost } = await runLoad({
    port: server.port,
    load,
    phases: [onePhase(load, (requests / 300) * 1000)],
  });
  expect(lost).toEqual([]);
  expect(totals).toMatchObject({ due: requests, ok: requests });
  return seen;
}

test.concurrent("in sequence, three workers take every row once before any comes again", async () => {
  const once = await drawn("sequential", 300, 3, 300);
  expect(once.size).toBe(300);
  const more = await drawn("sequential", 100, 3, 330);
  expect([...more.values()].reduce((sum, it) => sum + it, 0)).toBe(330);
  expect(more.get("row-29")).toBe(4);
  expect(more.get("row-30")).toBe(3);
  expect(more.get("row-99")).toBe(3);
});

test.concurrent("per worker, each of three takes every row", async () => {
  const seen = await drawn("perWorker", 50, 3, 150);
  expect(seen.size).toBe(50);
  expect(new Set(seen.values())).toEqual(new Set([3]));
});

test.concurrent("at random, rows come in no order and not equally often", async () => {
  const seen = await drawn("random", 100, 2, 300);
  expect(seen.size).toBeGreaterThan(80);
  expect(Math.max(...seen.values())).toBeGreaterThan(3);
});

test.concurrent("hostile values reach the server as they stand in the file: in path, query, header and body", async () => {
  using folder = scratch();
  const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((it) => it.toWellFormed());
  const rows = fc
    .sample(fc.record({ any: text, line: fc.string({ maxLength: 20 }) }), { numRuns: 200, seed: 7 })
    .map((it, i) => ({
      id: i,
      ...it,
      any: `${it.any}\r\n"\\/?&#%+${i}`,
      line: `é <${it.line.replace(/[^\x20-\x7e]/g, "")}>`,
    }));
  const feed = feedOf(join(folder.dir, "users.jsonl"), rows.map((it) => `${JSON.stringify(it)}\n`).join(""));
  const seen: unknown[] = [];
  await using server = await httpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const [, id, segment] = (request.url ?? "").split(/[/?]/) as [string, string, string];
    const query = new URLSearchParams((request.url ?? "").split("?")[1]);
    const parsed = JSON.parse(body);
    seen.push({ id: Number(id), any: decodeURIComponent(segment), line: request.headers["x-line"] });
    const same = query.get("q") === decodeURIComponent(segment) && parsed.any === query.get("q") && parsed.id === id;
    response.writeHead(same ? 200 : 400).end();
  });
  const load = aLoad({
    model: { kind: "open", rate: 200, spacing: "even" },
    feeds: [feed],
    requests: [
      aRequest({
        method: "POST",
        path: "/${feed.users.id}/${feed.users.any}?q=${feed.users.any}",
        headers: { "content-type": "application/json", "x-line": "${feed.users.line}" },
        body: '{"any":"${feed.users.any}","id":"${feed.users.id}"}',
      }),
    ],
  });
  const { totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 1000)] });
  expect(totals).toMatchObject({ due: 200, ok: 200 });
  expect(seen).toHaveLength(200);
  expect(seen).toEqual(expect.arrayContaining(rows));
});

test.concurrent("a file that changed since it was validated stops the load before it starts", async () => {
  using folder = scratch();
  const feed = feedOf(join(folder.dir, "users.csv"), "id\n1\n");
  writeFileSync(feed.file, "id\n2\n");
  const load: LoadSpec = aLoad({ feeds: [feed], requests: [aRequest({ path: "/${feed.users.id}" })] });
  await expect(runLoad({ port: 1, load, phases: [onePhase(load, 100)] })).rejects.toThrow(
    /feed "users": .*users\.csv changed since the scenario was read/,
  );
});

test("CSV is read as spreadsheets write it: quotes, line breaks in values, a byte order mark, empty lines", () => {
  using folder = scratch();
  const file = join(folder.dir, "a.csv");
  writeFileSync(file, '\ufeffid,name\r\n1,"Ann ""the"" One"\r\n\r\n2,"two\r\nlines, one value"\r\n3,\r\n');
  const read = readFeed(file, "a.csv");
  expect(read).toMatchObject({
    ok: true,
    feed: {
      columns: ["id", "name"],
      rows: [
        ["1", 'Ann "the" One'],
        ["2", "two\r\nlines, one value"],
        ["3", ""],
      ],
      lines: [2, 4, 6],
      sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
    },
  });
});
