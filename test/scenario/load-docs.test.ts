/** What docs/load.md shows is a scenario. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { packageFile } from "../../runner/shared/package.ts";
import { messagesOf, scenarioFolder } from "../support/scenario-file.ts";
import { certificateFile } from "../support/tls.ts";

const page = readFileSync(packageFile("docs", "load.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((it) => parse(it[1] as string));

const requests = [{ name: "buy", get: "/" }];
/** An example may use rows that another one declares. */
const feedsOf = (example: unknown) =>
  JSON.stringify(example).includes("${feed.users.") ? { feeds: { users: { file: "users.csv" } } } : {};

test.each(examples.map((it, i) => [i + 1, it]))("example %i validates", (_, example) => {
  using folder = scenarioFolder();
  writeFileSync(join(folder.dir, "users.csv"), "id,email,city\n1,a@b,Rome\n");
  cpSync(certificateFile("ca"), join(folder.dir, "certs", "ca.pem"));
  const scenario = {
    apiVersion: "shakedown/v1",
    name: "docs",
    targets: { shop: { kind: "process", command: ["node", "services/shop.mjs"] } },
    phases: [{ name: "steady", for: "10s" }],
    ...example,
    load: { target: "shop", rate: "10/s", requests, ...feedsOf(example), ...example.load },
  };
  expect(messagesOf(stringify(scenario), { folder })).toEqual([]);
});

test("the page has an example of everything that it tells of", () => {
  for (const it of ["feeds", "check", "steps", "extract", "think", "protocol", "tls"])
    expect(JSON.stringify(examples)).toContain(`"${it}"`);
});
