/** What docs/k6.md shows is a scenario. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completed, docsPage } from "../support/docs-page.ts";
import { needs } from "../support/needs.ts";
import { messagesOf, scenarioFolder } from "../support/scenario-file.ts";
import { certificateFile } from "../support/tls.ts";

const { examples } = docsPage("k6.md");

for (const [i, example] of examples.entries())
  needs.k6(`example ${i + 1} validates`, () => {
    using folder = scenarioFolder();
    for (const name of ["load", "certs"]) mkdirSync(join(folder.dir, name));
    copyFileSync(certificateFile("ca"), join(folder.dir, "certs", "ca.pem"));
    const own = example.load?.rate === undefined && example.load?.connections === undefined;
    const options = own ? 'export const options = { vus: 1, duration: "10s" };' : "";
    writeFileSync(join(folder.dir, "load", "shop.js"), `${options} export default function () {}`);
    expect(messagesOf(completed(example), { folder, env: process.env })).toEqual([]);
  });

test("the page has an example of everything that it tells of", () => {
  expect(examples).toHaveLength(6);
  for (const it of ["script", "exact", "requests", "tls", "http2", "k6.checks.rate", "k6.orders.per-second"])
    expect(JSON.stringify(examples)).toContain(it);
});
