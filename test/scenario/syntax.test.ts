import { expect, test } from "vitest";
import { goodScenario, problemsOf, withChange } from "../support/scenario-file.ts";

/** Where, what and the hint: everything but the source line. */
const said = (text: string): string[] =>
  problemsOf(text)
    .split("\n")
    .filter((it) => it !== "" && !/^\s*\d+ \|/.test(it))
    .map((it) => it.replace(/^~\/shop\.yaml:|^\s*\|\s*\^+ ?/g, ""));

test.each([
  [
    "a tab",
    ["  target: shop\n", "\ttarget: shop\n"],
    "12:1",
    "tabs are not allowed as indentation",
    "indent with spaces",
  ],
  [
    "a tab after spaces",
    ["  rate: 300", " \trate: 300"],
    "13:2",
    "tabs are not allowed as indentation",
    "indent with spaces",
  ],
  [
    "one space too many",
    ["  rate: 300", "   rate: 300"],
    "13:4",
    "expected the indentation of the keys above",
    "keys of one map begin in one column",
  ],
  [
    "an item too far in",
    ["  - { name: kill", "    - { name: kill"],
    "21:5",
    "expected the indentation of the items above",
    "items of one list begin in one column",
  ],
  [
    "a colon in a text",
    ["name: shop", "name: shop: the first"],
    "2:7",
    'expected one key and its value, found ": " once more',
    'a text with ": " in it takes quotes',
  ],
  ["no colon", ["load:", "load"], "11:1", "expected a key and its value", "is a colon missing, with a space after it?"],
  [
    "an open brace",
    ["{ name: steady, for: 20s }", "{ name: steady, for: 20s"],
    "20:3",
    "a } is missing before this",
    "close what was opened with {",
  ],
  [
    "an open bracket",
    ["[one-dies]", "[one-dies"],
    "21:47",
    "a ] is missing before this",
    "close what was opened with [",
  ],
  ["an open quote", ["name: shop", 'name: "shop'], "2:12", 'a closing " is missing', "the text goes on to here"],
  [
    "text after a quote",
    ["name: shop", "name: 'sh'op"],
    "2:11",
    "expected the end of the value, found more",
    "put the whole text in quotes",
  ],
  [
    "a missing comma",
    ["{ name: steady, for", "{ name: steady for"],
    "19:13",
    "expected a comma or the closing brace",
    "is a comma missing before the next key?",
  ],
  [
    "a sign that YAML keeps",
    ["name: shop", "name: @shop"],
    "2:7",
    "plain value cannot start with reserved character @",
    "put the text in quotes",
  ],
] as const)("one slip of syntax is one sentence, with what to do: %s", (_, [from, to], place, message, hint) => {
  expect(said(withChange(from, to))).toEqual([`${place}  ${message}`, hint]);
});

test("a list below a key that has a value already", () => {
  expect(said(goodScenario.replace("phases:\n", "phases: []\n"))).toEqual([
    "18:1  expected a key, found an item of a list",
    "does the key above it have a value already?",
  ]);
});
