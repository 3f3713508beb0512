/** A page in a browser, what it complained of, and what axe finds in it. */
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Console messages, page errors, dialogs and requests beyond the file itself. */
  readonly complaints: string[];
}

/** @param path of the HTML file */
export async function openPage(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const file = pathToFileURL(path).href;
  page.on("console", (it) => complaints.push(`console: ${it.text()}`));
  page.on("pageerror", (it) => complaints.push(`error: ${it.message}`));
  page.on("dialog", (it) => complaints.push(`dialog: ${it.message()}`));
  page.on("request", (it) => it.url() !== file && complaints.push(`request: ${it.url()}`));
  await page.goto(file);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
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
