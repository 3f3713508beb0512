/** The page as a reader gets it: a real Chromium, both themes, wide and narrow, with and without script, on paper. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { renderHtml } from "../../reports/render/html/html.ts";
import { renderJunit } from "../../reports/render/junit.ts";
import { browserTest, findChromium, launchChromium } from "../support/chromium.ts";
import { capacityJudgement } from "../support/fake-search.ts";
import { hostile } from "../support/judgements/hostile.ts";
import { interrupted } from "../support/judgements/interrupted.ts";
import { invalid } from "../support/judgements/invalid.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { singleArm } from "../support/judgements/single-arm.ts";
import { openFolds, openPage, overlappingLabels, violations } from "../support/opened-page.ts";

const folder = mkdtempSync(join(tmpdir(), "report-"));
const short = { value: 8, lower: 4, upper: 12, n: 3 };
/** Short values beside long words of what so few trials decide. */
const few = {
  ...regressed,
  reasons: ["shop-0: it ended (exit code 3); its last output:\n  | no database\n  | giving up"],
  gates: regressed.gates.map((it) => ({ ...it, mde: 11, mdeFail: 2_900, baseline: short, candidate: short })),
};
const judgements = { regressed, few, singleArm, invalid, interrupted, hostile, capacity: capacityJudgement() };
type Name = keyof typeof judgements;
const names = Object.keys(judgements) as Name[];

let browser: Browser;
beforeAll(async () => {
  for (const name of names) writeFileSync(join(folder, `${name}.html`), renderHtml(judgements[name]));
  if (findChromium() !== null) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const open = (name: Name, options?: Parameters<typeof openPage>[2]) =>
  openPage(browser, join(folder, `${name}.html`), options);
const text = (page: Page) => page.evaluate<string>("document.body.innerText");

/** Every page in one theme at least, the full one in both. */
const views = [
  { name: "regressed", colorScheme: "light" },
  { name: "regressed", colorScheme: "dark" },
  { name: "singleArm", colorScheme: "light" },
  { name: "invalid", colorScheme: "dark" },
  { name: "interrupted", colorScheme: "light" },
  { name: "hostile", colorScheme: "dark" },
  { name: "capacity", colorScheme: "light" },
  { name: "capacity", colorScheme: "dark" },
] as const;

browserTest.for(views)(
  "$name has no accessibility violation and no complaint in $colorScheme",
  async ({ name, colorScheme }) => {
    await using opened = await open(name, { colorScheme });
    await openFolds(opened.page);
    expect(await violations(opened.page)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  },
);

browserTest.for(names)("%s fits a phone: the page itself never scrolls sideways", async (name) => {
  await using opened = await open(name, { viewport: { width: 390, height: 800 } });
  await openFolds(opened.page);
  expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(390);
});

browserTest.for(["system-ui", "Liberation Sans", "DejaVu Sans"])(
  "from 840 pixels the gates need no scrolling, what is allowed included, whether letters are narrow or wide: %s",
  async (font) => {
    await using opened = await open("regressed", { bypassCSP: true });
    await opened.page.addStyleTag({ content: `:root { --sans: "${font}", system-ui; }` });
    const hidden: Record<number, unknown> = {};
    for (const width of [840, 1000, 1001, 1100, 1280]) {
      await opened.page.setViewportSize({ width, height: 900 });
      hidden[width] = await opened.page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.gates').parentElement)",
      );
    }
    expect(hidden).toEqual({ 840: 0, 1000: 0, 1001: 0, 1100: 0, 1280: 0 });
  },
);

browserTest("names of arms stand on one line beside long words of what so few trials decide", async () => {
  const hidden =
    "[...document.querySelectorAll('.gates')].map((it) => it.parentElement.scrollWidth - it.parentElement.clientWidth)";
  const lines = `[...document.querySelectorAll(".gates thead .n:is(.base, .cand)")].map((it) => {
    const range = document.createRange();
    range.selectNodeContents(it);
    return it.textContent + " " + range.getClientRects().length;
  })`;
  for (const width of [1081, 1200]) {
    await using opened = await open("few", { viewport: { width, height: 900 } });
    const found = await opened.page.evaluate<string[]>(lines);
    expect(found).toContain("baseline 1");
    expect(found.filter((it) => !it.endsWith(" 1"))).toEqual([]);
    expect((await opened.page.evaluate<number[]>(hidden))[0]).toBe(0);
  }
});

browserTest("what an instance wrote keeps its lines", async () => {
  await using opened = await open("few");
  expect(await opened.page.evaluate<string>("document.querySelector('.reasons li').innerText")).toBe(
    "shop-0: it ended (exit code 3); its last output:\n| no database\n| giving up",
  );
});

browserTest("the cards of a phone have no accessibility violation either", async () => {
  await using opened = await open("regressed", { viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  expect(await violations(opened.page)).toEqual([]);
});

browserTest("without JavaScript it reads the same", async () => {
  await using scripted = await open("regressed");
  await using plain = await open("regressed", { javaScriptEnabled: false });
  expect(await text(plain.page)).toBe(await text(scripted.page));
  expect(await text(plain.page)).toContain("p99 in steady rose by 135 %");
});

browserTest("the style sheet is let in by the content policy", async () => {
  await using opened = await open("regressed");
  expect(await opened.page.evaluate("getComputedStyle(document.querySelector('.chip.bad')).borderRadius")).toBe("99px");
});

browserTest("what a scenario's author wrote stays text", async () => {
  await using opened = await open("hostile");
  expect(await opened.page.evaluate("document.querySelectorAll('script, img, iframe').length")).toBe(0);
  const heading = await opened.page.evaluate<string>("document.querySelector('h1').textContent");
  expect(heading).toContain("</script><script>alert(1)</script>");
  expect(heading).toContain("{{header.title}}{{{css}}}");
  expect(heading).not.toContain("\u001b");
  expect(heading).not.toContain("\u202e");
  expect(opened.complaints).toEqual([]);
});

browserTest("junit.xml is well-formed, whatever a scenario holds", async () => {
  await using opened = await open("interrupted");
  for (const name of names) {
    const xml = JSON.stringify(renderJunit(judgements[name]));
    const parsed = `new DOMParser().parseFromString(${xml}, "application/xml").documentElement.nodeName`;
    const root = await opened.page.evaluate<string>(parsed);
    expect(root).toBe("testsuites");
  }
});

browserTest("on paper it is light and nothing is folded", async () => {
  await using opened = await open("regressed", { colorScheme: "dark" });
  await opened.page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await opened.page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  const folded =
    "[...document.querySelectorAll('details > :not(summary)')].filter((it) => it.getClientRects().length === 0).length";
  expect(await opened.page.evaluate(folded)).toBe(0);
});

browserTest("on A4 nothing is wider than the paper", async () => {
  await using opened = await open("regressed", { viewport: { width: 720, height: 1000 } });
  await opened.page.emulateMedia({ media: "print" });
  expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(720);
});

browserTest("a gate's link leads to why it has its verdict", async () => {
  await using opened = await open("regressed");
  await opened.page.click(".gates tbody tr:nth-child(3) a");
  const target = await opened.page.evaluate<string>("document.querySelector(':target').textContent");
  expect(target).toContain("inconclusive");
  expect(target).toContain("Recovery");
});

browserTest("labels of a chart do not overlap", async () => {
  await using opened = await open("regressed");
  expect(await overlappingLabels(opened.page)).toEqual([]);
});
