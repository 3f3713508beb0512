/** The page of a history as a reader gets it: a real Chromium, both themes, wide and narrow, on paper. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { renderHistoryPage } from "../../reports/render/history/page.ts";
import { browserTest, findChromium, launchChromium } from "../support/chromium.ts";
import { empty, eventful, hostile, young } from "../support/histories.ts";
import { type OpenedPage, openFolds, openPage, overlappingLabels, violations } from "../support/opened-page.ts";

const folder = mkdtempSync(join(tmpdir(), "history-page-"));
const histories = { eventful, young, empty, hostile };
type Name = keyof typeof histories;

let browser: Browser;
beforeAll(async () => {
  for (const [name, { report, page }] of Object.entries(histories))
    writeFileSync(join(folder, `${name}.html`), renderHistoryPage(report, page));
  if (findChromium() !== null) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(name: Name, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const opened = await openPage(browser, join(folder, `${name}.html`), options);
  await openFolds(opened.page);
  return opened;
}

const phone = { width: 390, height: 800 };

browserTest.for([
  { name: "eventful", colorScheme: "light" },
  { name: "eventful", colorScheme: "dark" },
  { name: "young", colorScheme: "dark" },
  { name: "empty", colorScheme: "light" },
  { name: "hostile", colorScheme: "light" },
] as const)("$name has no accessibility violation and no complaint in $colorScheme", async ({ name, colorScheme }) => {
  await using opened = await open(name, { colorScheme });
  expect(await violations(opened.page)).toEqual([]);
  expect(opened.complaints).toEqual([]);
});

browserTest.for(Object.keys(histories) as Name[])("%s fits a phone: the page never scrolls sideways", async (name) => {
  await using opened = await open(name, { viewport: phone, colorScheme: "dark" });
  expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(phone.width);
  expect(await violations(opened.page)).toEqual([]);
});

browserTest("on paper it is light, nothing is folded and nothing is wider than the sheet", async () => {
  await using opened = await open("eventful", { colorScheme: "dark", viewport: { width: 720, height: 1000 } });
  await opened.page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await opened.page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(720);
});

browserTest("labels of a chart do not overlap", async () => {
  await using opened = await open("eventful");
  expect(await overlappingLabels(opened.page)).toEqual([]);
});

browserTest("a metric's link leads to its line", async () => {
  await using opened = await open("eventful");
  await opened.page.click(".tonight tbody tr:nth-child(2) a");
  const target = await opened.page.evaluate<string>("document.querySelector(':target figcaption').textContent");
  expect(target).toContain("Response time p50");
});
