/** Checks: an answer that is not as the request says is a failure of its own class, counted under the check that it failed. */
import { gzipSync } from "node:zlib";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { bodyOf, type Seen } from "../../runner/engines/requests/answer-body.ts";
import { checker } from "../../runner/engines/requests/check.ts";
import { isPointer, valueAt } from "../../runner/engines/requests/json-pointer.ts";
import type { LatencyLine } from "../../runner/record/load-lines.ts";
import type { CheckSpec } from "../../runner/record/scenario.ts";
import { aLoad, aRequest, countsOf, histogramLines, onePhase, runLoad } from "../support/load.ts";
import { httpServer } from "../support/tcp-server.ts";

const failedChecks = (lines: readonly LatencyLine[]) => {
  const sums: Record<string, number> = {};
  for (const it of lines) {
    if (it.type === "check") sums[`${it.request}: ${it.check}`] = (sums[`${it.request}: ${it.check}`] ?? 0) + it.count;
  }
  return sums;
};

describe.each([
  ["open", { kind: "open", rate: 300, spacing: "even" }],
  ["closed", { kind: "closed", connections: 6 }],
] as const)("%s model", (_, model) => {
  test.concurrent.each([1, 3])("%i worker(s) count exactly what failed which check", async (workers) => {
    const said: Record<string, number> = {};
    const answers: readonly [string, number, Record<string, string>, string][] = [
      ["ok", 200, { "content-type": "application/json" }, '{"ok":true,"user":"ann"}'],
      ["a: status", 202, { "content-type": "application/json" }, '{"ok":true,"user":"ann"}'],
      ["a: header content-type", 200, { "content-type": "text/html" }, '{"ok":true,"user":"ann"}'],
      ["a: body contains", 200, { "content-type": "application/json" }, '{"ok":true}'],
      ["a: json /ok", 200, { "content-type": "application/json" }, '{"ok":"true","user":"ann"}'],
      ["5xx", 500, {}, "broken"],
      ["gone", 404, {}, "as expected"],
    ];
    let served = 0;
    await using server = await httpServer((_, response) => {
      const [what, status, headers, body] = answers[served++ % answers.length] as (typeof answers)[number];
      said[what] = (said[what] ?? 0) + 1;
      setTimeout(() => response.writeHead(status, headers).end(body), 5);
    });
    const check: CheckSpec[] = [
      { name: "status", kind: "status", codes: ["200", "404"] },
      {
        name: "header content-type",
        kind: "header-matches",
        header: "content-type",
        pattern: "^application/json",
        flags: "",
      },
      { name: "body contains", kind: "contains", text: "ann" },
      { name: "json /ok", kind: "json", path: "/ok", is: true },
    ];
    const load = aLoad({ model, workers, requests: [aRequest({ name: "a", check })] });
    const it = await runLoad({
      port: server.port,
      load,
      phases: [onePhase(load, 700, "one"), onePhase(load, 700, "two")],
    });
    expect(it.lost).toEqual([]);
    const { ok = 0, "5xx": broken = 0, gone = 0, ...failed } = said;
    // A 404 is among the statuses that are asked for, and then has no JSON.
    failed["a: header content-type"] = (failed["a: header content-type"] ?? 0) + gone;
    expect(failedChecks(it.lines)).toEqual(failed);
    const { due, slow: _slow, ...counts } = countsOf(it.lines);
    const failures = Object.values(failed).reduce((sum, n) => sum + n, 0);
    expect(counts).toEqual({ ok, "5xx": broken, check: failures });
    expect(it.totals).toMatchObject({ due, sent: due, ...counts });
    expect(
      histogramLines(it.lines)
        .filter((l) => l.outcome === "check")
        .reduce((n, l) => n + l.count, 0),
    ).toBe(failures);
  });
});

test.concurrent("a body beyond 1 MiB fails what looks into it, and says so; other checks on it hold", async () => {
  await using server = await httpServer((_, response) => response.end("x".repeat(2 ** 20 + 1)));
  const requests = [
    aRequest({ name: "body", check: [{ name: "body contains", kind: "contains", text: "x" }] }),
    aRequest({ name: "status", check: [{ name: "status", kind: "status", codes: ["2xx"] }] }),
  ];
  const load = aLoad({ model: { kind: "open", rate: 40, spacing: "even" }, requests });
  const { lines, totals } = await runLoad({ port: server.port, load, phases: [onePhase(load, 500)] });
  expect(Object.keys(failedChecks(lines))).toEqual(["body: body readable (up to 1 MiB)"]);
  expect(totals.check).toBe(failedChecks(lines)["body: body readable (up to 1 MiB)"]);
  expect(totals.ok + totals.check).toBe(20);
});

describe("what a check says of an answer", () => {
  const answer = (body: string | Buffer, more: Partial<Seen> & { headers?: Record<string, string> } = {}): Seen => ({
    status: 200,
    header: (name) => more.headers?.[name],
    body: Buffer.from(body),
    isCut: false,
    ...more,
  });
  const failing = (check: CheckSpec, seen: Seen, values: Record<string, string> = {}) =>
    checker([check])(seen, bodyOf(seen), (it) => values[it.from === "vars" ? it.name : it.column] ?? "");
  const json = (path: string, is: Extract<CheckSpec, { kind: "json" }>["is"]): CheckSpec => ({
    name: "j",
    kind: "json",
    path,
    is,
  });

  test("JSON values are compared with their type, filled-in ones by their digits", () => {
    const seen = answer('{"n":1,"t":"1","no":null,"a":[{"b/c":false}]}');
    expect(failing(json("/n", 1), seen)).toBeNull();
    expect(failing(json("/n", "1"), seen)).toBe("j");
    expect(failing(json("/t", "1"), seen)).toBeNull();
    expect(failing(json("/no", null), seen)).toBeNull();
    expect(failing(json("/missing", null), seen)).toBe("j");
    expect(failing(json("/a/0/b~1c", false), seen)).toBeNull();
    expect(failing(json("/a/length", 1), seen)).toBe("j");
    expect(failing(json("/n", "${vars.id}"), seen, { id: "1" })).toBeNull();
    expect(failing(json("/n", "${vars.id}"), seen, { id: "2" })).toBe("j");
    expect(failing(json("/n", 1), answer("no json"))).toBe("j");
  });

  test("headers are compared whole, or by a pattern; one that is not there fits nothing", () => {
    const seen = answer("", { headers: { location: "/orders/7" } });
    expect(
      failing({ name: "h", kind: "header", header: "location", is: "/orders/${vars.id}" }, seen, { id: "7" }),
    ).toBeNull();
    expect(failing({ name: "h", kind: "header", header: "location", is: "/orders" }, seen)).toBe("h");
    const pattern = (header: string): CheckSpec => ({
      name: "h",
      kind: "header-matches",
      header,
      pattern: "^/ORDERS/|^$",
      flags: "i",
    });
    expect(failing(pattern("location"), seen)).toBeNull();
    expect(failing(pattern("x-other"), seen)).toBe("h");
  });

  test("what is coded is decoded; what can't be is not readable", () => {
    const headers = { "content-encoding": "gzip" };
    const contains: CheckSpec = { name: "c", kind: "contains", text: "hello" };
    expect(failing(contains, answer(gzipSync("say hello"), { headers }))).toBeNull();
    expect(failing(contains, answer("say hello", { headers }))).toBe("body readable (up to 1 MiB)");
    expect(failing(contains, answer("say hello", { isCut: true }))).toBe("body readable (up to 1 MiB)");
    expect(failing(contains, answer("x", { headers: { "content-encoding": "zstd" } }))).toBe(
      "body readable (up to 1 MiB)",
    );
  });

  property.prop([fc.json(), fc.string()])("no body and no pointer make it throw", (body, text) => {
    const path = isPointer(text) ? text : `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    expect(isPointer(path)).toBe(true);
    failing(json(path, "x"), answer(body));
    expect(valueAt(JSON.parse(body), "")).toEqual(JSON.parse(body));
  });
});
