/** Whole reports, byte for byte. `UPDATE_GOLDEN=1` remakes them; look at the difference before committing it. */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { expect, test } from "vitest";
import { renderers } from "../../reports/render/registry.ts";
import { renderTerminal } from "../../reports/render/terminal.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { capacityJudgement } from "../support/fake-search.ts";
import { interrupted } from "../support/judgements/interrupted.ts";
import { invalid } from "../support/judgements/invalid.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { singleArm } from "../support/judgements/single-arm.ts";
import { stored } from "../support/judgements/stored.ts";

const judgements = { regressed, "single-arm": singleArm, invalid, interrupted, stored, capacity: capacityJudgement() };
const formats = {
  html: renderers.html,
  "junit.xml": renderers.junit,
  md: renderers.md,
  txt: (judgement: Judgement) => renderTerminal(judgement, { color: false, paths: ["results/run/report.html"] }),
};

const cases = Object.entries(judgements).flatMap(([name, judgement]) =>
  Object.entries(formats).map(([extension, render]) => ({ file: `${name}.${extension}`, judgement, render })),
);

test.for(cases)("$file is what it was", ({ file, judgement, render }) => {
  const path = new URL(`../golden/${file}`, import.meta.url);
  const made = render(judgement);
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, made);
  expect(made === readFileSync(path, "utf8"), `differs from test/golden/${file}`).toBe(true);
});
