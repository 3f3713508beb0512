/** What docs/load.md shows is a scenario. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completed, docsPage } from "../support/docs-page.ts";
import { messagesOf, scenarioFolder } from "../support/scenario-file.ts";
import { certificateFile } from "../support/tls.ts";

const { examples } = docsPage("load.md");

const requests = [{ name: "buy", get: "/" }];
/** An example may use rows that another one declares. */
const feedsOf = (example: unknown) =>
  JSON.stringify(example).includes("${feed.users.") ? { feeds: { users: { file: "users.csv" } } } : {};

test.each(examples.map((it, i) => [i + 1, it] as const))("example %i validates", (_, example) => {
  using folder = scenarioFolder();
  writeFileSync(join(folder.dir, "users.csv"), "id,email,city\n1,a@b,Rome\n");
  cpSync(certificateFile("ca"), join(folder.dir, "certs", "ca.pem"));
  const load = { target: "shop", rate: "10/s", requests, ...feedsOf(example), ...example.load };
  expect(messagesOf(completed({ ...example, load }), { folder })).toEqual([]);
});

test("the page has an example of everything that it tells of", () => {
  for (const it of ["feeds", "check", "steps", "extract", "think", "protocol", "tls"])
    expect(JSON.stringify(examples)).toContain(`"${it}"`);
});
