import { expect, test } from "vitest";
import { messagesOf, problemsOf, scenarioOf, withChange } from "../support/scenario-file.ts";

const withCheck = (check: string, method = "get") =>
  withChange('get: "/checkout?items=3"', `${method}: "/checkout?items=3", check: ${check}`);
const said = (check: string, method?: string) => messagesOf(withCheck(check, method));

test("checks become a list: status, headers by their lower-case names, body", () => {
  const text = withCheck(
    "{ status: [200, 2xx], header: { Content-Type: /^application/i, X-A: 1 }, body: { contains: a, matches: 'b+', json: { /a/0: 1, '': null } } }",
  );
  expect(scenarioOf(text).arms[0]?.load.requests[0]?.check).toEqual([
    { name: "status", kind: "status", codes: ["200", "2xx"] },
    {
      name: "header content-type",
      kind: "header-matches",
      header: "content-type",
      pattern: "^application",
      flags: "i",
    },
    { name: "header x-a", kind: "header", header: "x-a", is: "1" },
    { name: "body contains", kind: "contains", text: "a" },
    { name: "body matches", kind: "matches", pattern: "b+" },
    { name: "json /a/0", kind: "json", path: "/a/0", is: 1 },
    { name: "json (all)", kind: "json", path: "", is: null },
  ]);
  expect(scenarioOf(withCheck("{ status: 204 }")).arms[0]?.hash).not.toBe(
    scenarioOf(withCheck("{ status: 200 }")).arms[0]?.hash,
  );
});

test("a check that can't be, or can't fail, is refused where it stands", () => {
  const at = "load.requests[0].check";
  expect(said("{}")).toEqual([`${at}: expected status, header or body, found none of them`]);
  expect(said("{ body: {} }")).toEqual([`${at}.body: expected contains, matches or json, found none of them`]);
  expect(said("{ body: { contains: a } }", "head")).toEqual([`${at}.body: the answer to HEAD has no body`]);
  expect(said("{ status: 700 }")).toEqual([
    `${at}.status: expected a status such as 200, or a class of them such as 2xx, found 700`,
  ]);
  expect(said("{ status: [200, 6xx] }")[0]).toMatch(/expected a status such as 200/);
  expect(said("{ stats: 200 }")).toEqual([`${at}: there is no field "stats" | did you mean "status"?`]);
  expect(said("{ header: { a: 1, A: 2 } }")).toEqual([`${at}.header.A: two checks are on the header "a"`]);
  expect(said("{ body: { json: { data: 1 } } }")).toEqual([
    `${at}.body.json: expected a path such as "/data/0/id" (JSON Pointer: ~1 for a slash in a name), found "data"`,
  ]);
  expect(said("{ body: { json: { /data: [1] } } }")[0]).toMatch(/expected a text, a number, a truth value or null/);
});

test("a broken regular expression is marked, with what is wrong about it", () => {
  expect(problemsOf(withCheck("{ body: { matches: 'a(b' } }"))).toMatch(
    /shop\.yaml:\d+:\d+ {2}load\.requests\[0\]\.check\.body\.matches: expected a regular expression: .*Unterminated group/,
  );
  expect(said("{ header: { a: '/[/' } }")[0]).toMatch(/header\.a: expected a regular expression: /);
});

test("texts of a check may be filled in, patterns may not", () => {
  expect(said('{ body: { contains: "${feed.users.id}" } }')[0]).toMatch(/no feed is named "users"/);
  expect(said('{ header: { a: "/^${feed.users.id}/" } }')[0]).toMatch(/a regular expression can't be filled in/);
  expect(said('{ body: { matches: "${vars.a}" } }')[0]).toMatch(/a regular expression can't be filled in/);
});

test("autocannon has none", () => {
  const text = withCheck("{ status: 200 }")
    .replace("rate: 300/s\n", "connections: 3\n  engine: autocannon\n")
    .replace(", load: { rate: { from: 300/s, to: 600/s } }", "")
    .replace(", weight: 2", "");
  expect(messagesOf(text)).toEqual([
    "load.engine: autocannon only repeats its requests: it has no checks; use engine: native",
  ]);
});
