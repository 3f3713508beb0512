/** The page and the text of a history: byte for byte, escaped, small. `UPDATE_GOLDEN=1` remakes the golden files. */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { HtmlValidate } from "html-validate";
import { expect, test } from "vitest";
import { renderHistoryPage } from "../../reports/render/history/page.ts";
import { renderHistoryText } from "../../reports/render/history/text.ts";
import { empty, eventful, hostile, large, type MadeHistory, young } from "../support/histories.ts";

const page = ({ report, page }: MadeHistory): string => renderHistoryPage(report, page);
const text = ({ report, page }: MadeHistory, color = false): string =>
  renderHistoryText(report, { ...page, color, page: "results/shop-survives-a-kill/history.html" });

const golden = [
  { file: "history.html", made: () => page(eventful) },
  { file: "history.txt", made: () => text(eventful) },
  { file: "history-young.html", made: () => page(young) },
  { file: "history-young.txt", made: () => text(young) },
];

test.for(golden)("$file is what it was", ({ file, made }) => {
  const path = new URL(`../golden/${file}`, import.meta.url);
  const now = made();
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, now);
  expect(now === readFileSync(path, "utf8"), `differs from test/golden/${file}`).toBe(true);
});

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: { "doctype-style": "off", "no-trailing-whitespace": "off", "long-title": "off" },
});

test.for(Object.entries({ eventful, young, empty, hostile }))(
  "the page of %s is valid, and the same after a way through JSON",
  async ([, made]) => {
    const html = page(made);
    const { results } = await validator.validateString(html);
    expect(results.flatMap((it) => it.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`))).toEqual(
      [],
    );
    expect(page(JSON.parse(JSON.stringify(made))) === html).toBe(true);
  },
);

test("a history without a night says so, on the page and in text", () => {
  expect(page(empty)).toContain("No night was measured under the scenario as it is now.");
  expect(text(empty)).toContain("No night was measured under the scenario as it is now.");
});

test("the page holds no script, nothing from elsewhere, and what people wrote only as text", () => {
  const html = page(hostile);
  expect(html).not.toMatch(/<script|<img|<link|<iframe|\son\w+="|src=|url\(|javascript:/i);
  expect(html.match(/<style>/g)).toHaveLength(1);
  expect(html).toContain("&lt;script&gt;alert(1)");
  expect(html).not.toContain("\u202e");
});

test("the text holds no escape sequence of others, and with colour only ours", () => {
  expect(text(hostile)).not.toContain("\u001b");
  const ours = ["1", "22", "2", "31", "32", "33", "39"].map((it) => `\u001b[${it}m`);
  const left = ours.reduce((rest, it) => rest.replaceAll(it, ""), text(hostile, true));
  expect(left).not.toContain("\u001b");
});

test("96 metrics over 700 nights stay below 500 kB", () => {
  expect(Buffer.byteLength(page(large))).toBeLessThan(500_000);
});

test("every link of the page leads to something on it, or to a report that exists", () => {
  const html = page(eventful);
  const hrefs = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href as string);
  const ids = new Set([...html.matchAll(/id="([^"]+)"/g)].map(([, id]) => `#${id}`));
  const reports = new Set(eventful.page.links);
  expect(hrefs.length).toBeGreaterThan(40);
  expect(hrefs.filter((it) => !ids.has(it) && !reports.has(it))).toEqual([]);
});
