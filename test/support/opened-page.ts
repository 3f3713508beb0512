/** A page in a browser, what it complained of, and what axe finds in it. */
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Console messages, page errors, dialogs and requests beyond the file itself. */
  readonly complaints: string[];
}

/** What a page has from its beginning; the rest can be changed later. */
type Fixed = Pick<BrowserContextOptions, "javaScriptEnabled" | "bypassCSP">;
type Options = Fixed & Pick<BrowserContextOptions, "viewport" | "colorScheme">;

/** A page that nobody has open, by what is fixed of it: to make a new one takes longer than to load the file. */
const idle = new WeakMap<Browser, Map<string, Page>>();

/** @param path of the HTML file */
export async function openPage(browser: Browser, path: string, options: Options = {}): Promise<OpenedPage> {
  const { viewport = { width: 1280, height: 720 }, colorScheme = "light", ...fixed } = options;
  const pages = idle.get(browser) ?? new Map<string, Page>();
  idle.set(browser, pages);
  const key = JSON.stringify(fixed);
  const page = pages.get(key) ?? (await (await browser.newContext(fixed)).newPage());
  // The test's own time is the bound.
  page.setDefaultTimeout(0);
  pages.delete(key);
  if (viewport !== null) await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, media: "screen" });
  const complaints: string[] = [];
  const file = pathToFileURL(path).href;
  page.on("console", (it) => complaints.push(`console: ${it.text()}`));
  page.on("pageerror", (it) => complaints.push(`error: ${it.message}`));
  page.on("dialog", (it) => complaints.push(`dialog: ${it.message()}`));
  page.on("request", (it) => it.url() !== file && complaints.push(`request: ${it.url()}`));
  await page.goto(file);
  const close = async () => {
    page.removeAllListeners();
    await page.goto("about:blank");
    pages.set(key, page);
  };
  return { page, complaints, [Symbol.asyncDispose]: close };
}

/** `axe.source` runs by the debugger, which the page's content policy does not hold back. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.Result[]>("axe.run().then((it) => it.violations)");
  return found.flatMap((it) =>
    it.nodes.map((node) => `${it.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
  );
}

export const openFolds = (page: Page): Promise<void> =>
  page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })");

/** Pairs of labels that cover each other, in any chart of the page. */
export const overlappingLabels = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
    const boxes = [...svg.querySelectorAll("text")].map((it) => ({ text: it.textContent, box: it.getBoundingClientRect() }));
    return boxes.flatMap((a, i) => boxes.slice(i + 1)
      .filter((b) => Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1
        && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4)
      .map((b) => a.text + " | " + b.text));
  })`);
