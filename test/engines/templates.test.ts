/** Templates: a value stays one value wherever it is put, whatever it is made of. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { composer } from "../../runner/engines/requests/compose.ts";
import { fitsHeader } from "../../runner/engines/requests/escape.ts";
import { parseTemplate } from "../../runner/engines/requests/template.ts";
import type { RequestSpec } from "../../runner/record/scenario.ts";
import { aRequest } from "../support/load.ts";

/** Lone halves of surrogate pairs are in it, line breaks, quotes, and what means something in URLs. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\r", "\n", '"', "\\", "/", "?", "&", "#", "%", "+", " ", "{", "}", "$", "é", "\ud800"),
  }),
);

const filled = (request: Partial<RequestSpec>, values: Readonly<Record<string, string>>): RequestSpec => {
  const compose = composer(aRequest(request));
  if (compose === null) throw new Error("no template");
  return compose((it) => values[it.from === "feed" ? it.column : it.name] ?? "");
};

describe("any value", () => {
  test.prop([hostile, hostile])("in a path is one segment and one parameter", (a, b) => {
    const { path } = filled({ path: "/users/${feed.u.a}/orders?q=${feed.u.b}&page=2" }, { a, b });
    expect(path).toMatch(/^[\x21-\x7e]+$/);
    const [, users, segment, rest] = path.split("/") as [string, string, string, string];
    expect([users, decodeURIComponent(segment)]).toEqual(["users", a.toWellFormed()]);
    const query = new URLSearchParams(rest.split("?")[1]);
    expect([...query]).toEqual([
      ["q", b.toWellFormed()],
      ["page", "2"],
    ]);
  });

  test.prop([hostile])("in a JSON body is one text", (a) => {
    const headers = { "Content-Type": "application/json; charset=utf-8" };
    const { body } = filled({ headers, body: '{"name":"x ${feed.u.a} y","n":1}' }, { a });
    expect(JSON.parse(body ?? "")).toEqual({ name: `x ${a} y`, n: 1 });
  });

  test.prop([hostile, hostile])("in a form is one field", (a, b) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { body } = filled({ headers, body: "a=${feed.u.a}&b=${feed.u.b}" }, { a, b });
    expect([...new URLSearchParams(body ?? "")]).toEqual([
      ["a", a.toWellFormed()],
      ["b", b.toWellFormed()],
    ]);
  });

  test.prop([hostile])("fits into a header only without line breaks", (a) => {
    expect(fitsHeader(a)).toBe(!/[^\t\x20-\x7e\x80-\xff]/.test(a));
  });

  test.prop([hostile])("is not looked through for templates again", (a) => {
    const value = `\${feed.u.b}${a}`;
    expect(filled({ body: "<${vars.a}>" }, { a: value, b: "no" }).body).toBe(`<${value}>`);
  });
});

plain("texts without templates are left alone, and make no work", () => {
  expect(composer(aRequest({ path: "/a?${x}", body: "$${feed", headers: { a: "${env:X}" } }))).toBeNull();
  expect(parseTemplate("a ${feed.users.first name} b ${vars.t}")).toEqual({
    texts: ["a ", " b ", ""],
    references: [
      { from: "feed", feed: "users", column: "first name", written: "${feed.users.first name}" },
      { from: "vars", name: "t", written: "${vars.t}" },
    ],
  });
});
