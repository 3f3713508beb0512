import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { maxFeedBytes } from "../../runner/engines/requests/feed-file.ts";
import { messagesOf, problemsOf, scenarioFolder, scenarioOf, withChange } from "../support/scenario-file.ts";

const request = '{ name: checkout, get: "/checkout?items=3" }';
const withFeed = (file: string, changed: string, more = "") =>
  withChange(
    `  requests:\n    - ${request}`,
    `  feeds: { users: { file: ${file}${more} } }\n  requests:\n    - ${changed}`,
  );
const path = (text: string) => `{ name: checkout, get: "${text}" }`;

describe("feeds", () => {
  test("are resolved: the file absolute, its rows counted, its content in the arm's hash and setup", () => {
    using folder = scenarioFolder();
    const file = join(folder.dir, "users.csv");
    writeFileSync(file, "id,email\n1,a@b\n2,c@d\n");
    const text = withFeed("users.csv", path("/u/${feed.users.id}?q=${feed.users.email}"), ", order: random");
    const before = scenarioOf(text, { folder }).arms[0];
    expect(before?.load.feeds).toEqual([
      { name: "users", file, order: "random", rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(before?.load.requests[0]?.path).toBe("/u/${feed.users.id}?q=${feed.users.email}");
    writeFileSync(file, "id,email\n1,a@b\n2,c@e\n");
    const after = scenarioOf(text, { folder }).arms[0];
    expect(after?.hash).not.toBe(before?.hash);
    expect(after?.setup?.load).not.toBe(before?.setup?.load);
    using elsewhere = scenarioFolder();
    writeFileSync(join(elsewhere.dir, "users.csv"), "id,email\n1,a@b\n2,c@e\n");
    expect(scenarioOf(text, { folder: elsewhere }).arms[0]?.hash).toBe(after?.hash);
  });

  test("a request without a name is named after the part of its path that stays", () => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "users.csv"), "id\n1\n");
    const text = withFeed("users.csv", '{ get: "/users/${feed.users.id}/cart" }').replace("request: checkout, ", "");
    expect(scenarioOf(text, { folder }).arms[0]?.load.requests[0]?.name).toBe("get-users-cart");
  });

  const files: readonly [string, string, string][] = [
    ["users.csv", "", "users.csv has no rows"],
    ["users.csv", "id,email\n", "users.csv has no rows"],
    ["users.csv", "id,email\n1,a\n2\n", "users.csv:3: expected 2 values as in the header, found 1"],
    ["users.csv", "id,email\n1,a\n2,b,c\n", "users.csv:3: expected 2 values as in the header, found 3"],
    ["users.csv", 'id\n"1\n', "users.csv:2: a quote is opened and never closed"],
    ["users.csv", 'id\n1"2\n', "users.csv:2: a quote stands inside a value that has no quotes around it"],
    ["users.csv", 'id\n"1"2\n', "users.csv:2: something follows a closing quote"],
    ["users.csv", "id,id\n1,2\n", 'users.csv:1: two columns are named "id"'],
    ["users.csv", "id,\n1,2\n", "users.csv:1: column 2 has no usable name"],
    ["users.jsonl", '{"id":1}\n{"id":2\n', "users.jsonl:2: expected a JSON object on one line"],
    ["users.jsonl", '{"id":1}\n\n[2]\n', "users.jsonl:3: expected a JSON object on one line"],
    ["users.jsonl", '{"id":1}\n{"ID":1}\n', 'users.jsonl:2: expected a field "id" as in the lines before'],
    ["users.jsonl", '{"id":1}\n{"id":1,"b":2}\n', 'users.jsonl:2: the lines before have no field "b"'],
    ["users.jsonl", '{"id":1}\n{"id":null}\n', 'users.jsonl:2: expected a text, a number or a truth value in "id"'],
  ];
  test.each(files)("%s with %j is refused with its line", (name, content, message) => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, name), content);
    const [first, ...others] = messagesOf(withFeed(name, path("/${feed.users.id}")), { folder });
    expect(first).toContain(`load.feeds.users.file: ${message}`);
    expect(others).toEqual([]);
  });

  test("a file that is missing, too large, no text or of another kind is refused", () => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "large.csv"), Buffer.alloc(maxFeedBytes + 1, "a\n"));
    writeFileSync(join(folder.dir, "bytes.csv"), Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    const said = (file: string) => messagesOf(withFeed(file, path("/${feed.users.id}")), { folder });
    expect(said("usrs.csv")).toEqual(["load.feeds.users.file: there is no file usrs.csv | looked for ~/usrs.csv"]);
    expect(said("large.csv")).toEqual([
      "load.feeds.users.file: expected a feed of at most 16 MiB, large.csv has 16.0 MiB | every worker holds all of it in memory: take a part of its rows",
    ]);
    expect(said("bytes.csv")).toEqual([
      "load.feeds.users.file: bytes.csv:1: expected UTF-8 text, found other bytes | save the file as UTF-8",
    ]);
    expect(said("users.xlsx")[0]).toMatch(/expected a file named .csv, .jsonl or .ndjson/);
    expect(said("services/db.mjs")[0]).toMatch(/expected a file named/);
  });
});

describe("templates", () => {
  const said = (changed: string, content = "id,email\n1,a@b\n") => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "users.csv"), content);
    return problemsOf(withFeed("users.csv", changed), { folder });
  };

  test("that name what is not there are marked where they stand, with what may be meant", () => {
    expect(said(path("/a?u=${feed.usrs.id}"))).toMatch(
      /shop\.yaml:\d+:\d+ {2}load\.requests\[0\]\.get: no feed is named "usrs"\n.*\n *\| *\^{15} did you mean "users"\?\n$/,
    );
    expect(said(path("/a?u=${feed.users.emial}"))).toMatch(
      /load\.requests\[0\]\.get: users\.csv has no column "emial"\n.*\n *\| *\^{19} did you mean "email"\?\n$/,
    );
    expect(said('{ name: checkout, post: /a, body: { a: ["${feed.users}"] } }')).toMatch(
      /body\.a\[0\]: users\.csv has no column ""\n.*\n.*known: id, email\n$/,
    );
    expect(said('{ name: checkout, get: /a, headers: { x: "${vars.token}" } }')).toMatch(
      /headers\.x: no step before this one extracts "token"\n.*\n.*an earlier step of the same flow gives it/,
    );
  });

  test("have no place in anything but requests, nor in names", () => {
    expect(messagesOf(withChange('CACHE: "on"', 'CACHE: "${feed.users.id}"'))).toEqual([
      "targets.shop.env.CACHE: only a request's path, headers, body and check can hold a value of a feed or a variable",
    ]);
    expect(said('{ name: checkout, post: /a, body: { "${feed.users.id}": 1 } }')).toMatch(/a name can't be filled in/);
    expect(said(path("/a?$${feed.users.id}"))).toMatch(/can't be kept as text/);
  });

  test("can put no line break into a header: the row is named, its content is not", () => {
    const problem = said(
      '{ name: checkout, get: /a, headers: { x: "${feed.users.email}" } }',
      'id,email\n1,a\n2,"b\nc"\n',
    );
    expect(problem).toMatch(/headers\.x: users\.csv:3: the value of "email" can't stand in a header/);
    expect(problem).not.toContain("b\nc");
  });

  test("without quotes between braces are told once, as what they are", () => {
    expect(said("{ name: checkout, get: /a/${feed.users.id} }")).toMatch(
      /^~\/shop\.yaml:\d+:\d+ {2}a text with \$\{ needs quotes here.*\n.*\n *\| *\^{16} such as "\/users\/\$\{feed\.users\.id\}"\n$/,
    );
  });

  test("a feed that no request uses is refused", () => {
    expect(said('{ name: checkout, get: "/a?feed.users.id" }')).toMatch(
      /load\.feeds: no request uses the feed "users"\n.*\n *\| *\^{5} write \$\{feed\.users\.COLUMN\} in a path/,
    );
  });

  test("are refused by an engine that sends the same bytes again and again", () => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "users.csv"), "id\n1\n");
    const text = withFeed("users.csv", path("/${feed.users.id}"))
      .replace("rate: 300/s\n", "connections: 3\n  engine: autocannon\n")
      .replace(", load: { rate: { from: 300/s, to: 600/s } }", "")
      .replace(", weight: 2", "");
    expect(messagesOf(text, { folder })).toEqual([
      "load.engine: autocannon only repeats its requests: it has no feeds; use engine: native",
    ]);
  });
});
