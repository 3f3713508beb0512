/** What is told before a run begins of variables that an arm may have misspelt. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliIn } from "../support/cli.ts";

test.each([
  ["CACH: off", `! CACH of shop is set in candidate and in no other arm: did you mean "CACHE"?\n`],
  ["CAHCE: off", `! CAHCE of shop is set in candidate and in no other arm: did you mean "CACHE"?\n`],
  ["CACHE: off", ""],
  ["GOGC: '50'", ""],
])("an arm's variable that looks like one of all arms is told, others are not (%s)", async (env, said) => {
  using cli = cliIn();
  writeFileSync(join(cli.dir, "shop.mjs"), "");
  writeFileSync(
    join(cli.dir, "shop.yaml"),
    `
apiVersion: shakedown/v1
name: shop
targets: { shop: { kind: process, command: [node, shop.mjs], ready: { path: / }, env: { CACHE: "on", SIZE: "5" } } }
load: { target: shop, rate: 40/s, requests: [{ get: / }] }
phases: [{ name: steady, for: 2s }]
arms: { baseline: {}, candidate: { targets: { shop: { env: { ${env} } } } } }
gates: [{ metric: errors.ratio, margin: 1pp }]
`,
  );
  for (const command of ["validate", "plan"]) {
    const { exit, err } = await cli.run(command, "shop.yaml");
    expect(err).toBe(said);
    expect(exit).toBe(0);
  }
});
