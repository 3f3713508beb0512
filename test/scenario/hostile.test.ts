import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { renderDiagnostics } from "../../runner/scenario/document/diagnostics.ts";
import { loadScenario } from "../../runner/scenario/load.ts";
import { goodScenario, messagesOf, problemsOf, scenarioFolder } from "../support/scenario-file.ts";

describe("files that are no scenario", () => {
  const said = (content: string | Buffer, name = "x.yaml") => {
    using folder = scenarioFolder();
    const file = join(folder.dir, name);
    writeFileSync(file, content);
    return sayFile(file);
  };
  const sayFile = (file: string) => {
    const result = loadScenario(file, { set: [], env: {}, node: "/opt/node" });
    return result.ok ? [] : result.diagnostics.map((it) => `${it.message}${it.hint === null ? "" : ` | ${it.hint}`}`);
  };

  test.each([
    ["an empty file", "", 'expected a scenario, found an empty file | write a first one with "shakedown init"'],
    [
      "only comments",
      "# nothing\n",
      'expected a scenario, found nothing but comments | write a first one with "shakedown init"',
    ],
    ["10 MB", "x".repeat(10_000_000), "expected a scenario of at most 1 MB, found 10.0 MB | is this the right file?"],
    [
      "a NUL",
      "name: a\0b",
      "expected text, found a NUL character in line 1: this is a binary file, or UTF-16 | save the file as UTF-8",
    ],
    [
      "other bytes than UTF-8",
      Buffer.concat([Buffer.from("name: é\nload:\n  "), Buffer.from([0x6e, 0xe9, 0xff])]),
      "expected UTF-8 text, found other bytes in line 3 | save the file as UTF-8",
    ],
    [
      "two documents",
      "a: 1\n---\nb: 2\n",
      "expected one document, found a second one | remove the line --- and what follows",
    ],
    ["a list", "- a\n", "expected a map of fields (apiVersion, name, targets, …), found a list of 1"],
    ["a text", "hello", 'expected a map of fields (apiVersion, name, targets, …), found "hello"'],
  ])("%s", (_, content, message) => {
    expect(said(content)).toEqual([message]);
  });

  test("a missing file, a folder, a device: what there is instead", () => {
    using folder = scenarioFolder();
    writeFileSync(join(folder.dir, "shop.yaml"), "");
    mkdirSync(join(folder.dir, "empty"));
    expect(sayFile(join(folder.dir, "shp.yaml"))).toEqual(['there is no such file | did you mean "shop.yaml"?']);
    expect(sayFile(join(folder.dir, "shop.yml"))).toEqual(['there is no such file | did you mean "shop.yaml"?']);
    expect(sayFile(join(folder.dir, "zzz.yaml"))).toEqual(["there is no such file | in that folder: shop.yaml"]);
    expect(sayFile(join(folder.dir, "no", "where.yaml"))).toEqual(["there is no such file"]);
    expect(sayFile(folder.dir)).toEqual(["expected a scenario file, found a folder | in that folder: shop.yaml"]);
    expect(sayFile("/dev/zero")).toEqual(["expected a scenario file, found a device, socket or pipe"]);
  });
});

describe("hostile YAML", () => {
  test("an alias bomb", () => {
    const names = [..."abcdefghi"];
    const bomb = names
      .map((it, i) => `${it}: &${it} [${(i === 0 ? "x" : `*${names[i - 1]}`).concat(",").repeat(9)}]`)
      .join("\n");
    expect(messagesOf(bomb)).toEqual([
      expect.stringMatching(/expected at most 20000 values with aliases written out, found more$/),
    ]);
  });

  test("an alias of itself, many aliases, and one of nothing", () => {
    expect(messagesOf("a: &a [*a]\n")).toEqual([
      expect.stringMatching(/expected at most 40 levels of nesting, found more$/),
    ]);
    expect(messagesOf(`a: &a 1\nb: [${"*a,".repeat(50_000)}]`)).toEqual(["expected at most 20000 values, found more"]);
    expect(messagesOf("a: *nothing\n").join("\n")).toMatch(/no anchor is named "nothing"/);
  });

  test.each([
    ["open brackets", "[".repeat(300_000)],
    ["dashes", "- ".repeat(300_000)],
    ["question marks", "? ".repeat(300_000)],
    ["indented keys", Array.from({ length: 900 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["maps in one line", `a: ${"{a: ".repeat(400)}1${"}".repeat(400)}`],
  ])("nested too deep: %s", (_, text) => {
    expect(messagesOf(text)).toEqual([expect.stringMatching(/expected at most 40 levels of nesting, found more$/)]);
  });

  test.each([
    ["brackets", `a: 1\nb:\n  ${"[".repeat(3_000)}`, "3:203"],
    ["keys", `a:\n${Array.from({ length: 1_300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")}`, "202:201"],
    ["items", Array.from({ length: 1_300 }, (_, i) => `${" ".repeat(i)}-`).join("\n"), "201:201"],
    ["dashes", `name: x\nb: ${"- ".repeat(3_000)}`, "2:4"],
    ["indented maps", Array.from({ length: 60 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "42:42"],
  ])("nested too deep says where: %s", (_, text, place) => {
    expect(problemsOf(text)).toMatch(new RegExp(`^~/shop\\.yaml:${place}  .*expected at most 40 levels of nesting`));
  });

  test("as deep as is read at all, it exhausts no stack", () => {
    const nested = (indented: string, inOne: string, open: string, close: string) =>
      `${Array.from({ length: 199 }, (_, i) => `${" ".repeat(i)}${indented}`).join("\n")}\n${" ".repeat(199)}${inOne.repeat(58)}${open.repeat(199)}1${close.repeat(199)}`;
    for (const text of [nested("a:", "- ", "{a: ", "}"), nested("-", "? ", "[", "]"), nested("?", "? ", "{? ", "}")])
      expect(messagesOf(text).join("\n")).not.toMatch(/stack/i);
  });

  test("very many commas, which would keep the parser busy", () => {
    expect(messagesOf(`a: [${",".repeat(900_000)}]`)).toEqual(["expected at most 20000 values, found more"]);
  });

  test("duplicate keys, merge keys, keys that are no text, tags, tabs", () => {
    expect(messagesOf(`${goodScenario}name: other\n`)).toEqual(['the key "name" is here twice | keep one of them']);
    expect(messagesOf(`${goodScenario}x: {<<: 1}\n`).join("\n")).toMatch(/merge keys \(<<\) are not part of YAML 1.2/);
    expect(messagesOf(`${goodScenario}? [a, b]\n: 1\n`)).toEqual(["expected a text as key, found another value"]);
    expect(messagesOf("name: !!js/function x\n")[0]).toMatch(/unresolved tag.* \| remove the tag/);
    expect(messagesOf("targets:\n\tshop: 1\n")[0]).toMatch(/tabs are not allowed as indentation \| indent with spaces/);
  });

  test("keys that JavaScript gives a meaning change nothing", () => {
    for (const key of ["__proto__", "constructor", "prototype"]) {
      expect(messagesOf(`${goodScenario}${key}: { polluted: 1 }\n`)).toEqual([
        `"${key}" can't be a key | it has a meaning in JavaScript; choose another name`,
      ]);
    }
    expect(messagesOf(goodScenario.replace("one-dies: {", "toString: {")).length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each(["../shop", "a/b", "Shop", "-shop", "shöp", "a b", "", "a".repeat(64)])(
    "the name %j is refused",
    (name) => {
      expect(messagesOf(goodScenario.replace("name: shop", `name: ${JSON.stringify(name)}`))[0]).toMatch(
        /^name: expected a name/,
      );
      const key = JSON.stringify(name);
      expect(
        messagesOf(goodScenario.replace("  one-dies:", `  ${key}:`).replace("[one-dies]", `[${key}]`)).join("\n"),
      ).toMatch(/faults: expected a name/);
    },
  );
});

/** Where a scenario can be broken: any line of it, in any of these ways. */
const lines = goodScenario.split("\n");
const pieces = [
  "null",
  "[]",
  "{}",
  "-1",
  "1e999",
  ".nan",
  `"\${env:X}"`,
  "*a",
  "&a x",
  "'",
  '"',
  "[[",
  "}",
  ": :",
  "!!map",
  "\t",
  "~",
  "true",
  "\u0000",
  "💥",
  "../x",
  "999999999h",
  "100000%",
];
const edit = fc.record({
  line: fc.nat(lines.length - 1),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(12),
  insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6, unit: "binary" })),
});

property.prop([fc.array(edit, { minLength: 1, maxLength: 3 })], { numRuns: 150 })(
  "a scenario broken anywhere is a scenario or gives problems that can be shown; nothing is thrown",
  (edits) => {
    const broken = [...lines];
    for (const { line, at, length, insert } of edits) {
      const text = broken[line] ?? "";
      const from = Math.floor(at * text.length);
      broken[line] = text.slice(0, from) + insert + text.slice(from + length);
    }
    check(broken.join("\n"));
  },
);

property.prop([fc.shuffledSubarray(lines, { minLength: 5 })], { numRuns: 60 })(
  "so is one with lines missing and out of order",
  (some) => {
    check(some.join("\n"));
  },
);

property.prop([fc.string({ unit: "binary", maxLength: 200 })], { numRuns: 100 })("so is any text", check);

const parts = ["targets", "load", "phases", "faults", "arms", "gates", "claims", "abort", "safety", "before", "trials"];

property.prop([fc.constantFrom(...parts), fc.jsonValue({ maxDepth: 4 })], { numRuns: 300 })(
  "so is any JSON in the place of any part",
  (part, value) => {
    const result = loadScenario("/x/shop.yaml", {
      text: goodScenario,
      set: [`${part}=${JSON.stringify(value)}`],
      env: {},
      node: "/opt/node",
    });
    if (!result.ok) expect(renderDiagnostics(result.diagnostics, false)).not.toBe("");
  },
);

test("a command without a program is a problem wherever a command may stand", () => {
  for (const set of ["before=[[]]", "after=[{ command: [] }]", "targets.shop.command=[]"]) {
    const result = loadScenario("/x/shop.yaml", { text: goodScenario, set: [set], env: {}, node: "/opt/node" });
    expect(result.ok, set).toBe(false);
    if (!result.ok)
      expect(renderDiagnostics(result.diagnostics, false), set).toContain("expected at least 1 item, found 0");
  }
});

function check(text: string): void {
  const result = loadScenario("/x/shop.yaml", { text, set: [], env: {}, node: "/opt/node" });
  if (result.ok) {
    expect(result.scenario.arms.length).toBeGreaterThan(0);
    return;
  }
  expect(result.diagnostics.length).toBeGreaterThan(0);
  for (const { at } of result.diagnostics) {
    if (at !== null) expect(text.split("\n")[at.line - 1]?.replace(/\r$/, "")).toBe(at.source);
  }
  expect(renderDiagnostics(result.diagnostics, true)).toMatch(/\n$/);
}
