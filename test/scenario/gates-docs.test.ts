/** What docs/gates.md shows is a scenario, and it tells of every metric and every field of a condition. */
import { expect, test } from "vitest";
import { IMPLIED_ERRORS } from "../../reports/verdict/inference/limits.ts";
import { metrics, searchMetrics } from "../../runner/record/metric-list.ts";
import { completed, docsPage } from "../support/docs-page.ts";
import { messagesOf } from "../support/scenario-file.ts";

const { text, examples } = docsPage("gates.md");

test("the example is a scenario", () => {
  expect(examples).toHaveLength(1);
  for (const it of examples)
    expect(messagesOf(completed({ ...it, load: { target: "shop", rate: "10/s", ...it.load } }))).toEqual([]);
});

test("every metric is in the table", () => {
  const told = (name: string) => {
    const [, stat] = /^(?:latency|service)\.(.+)$/.exec(name) ?? [];
    return stat === undefined
      ? text.includes(`\`${name}\``)
      : text.includes(`latency.${stat}\``) || text.includes(`\`${stat}\``);
  };
  expect([...metrics, ...searchMetrics].map((it) => it.name).filter((it) => !told(it))).toEqual([]);
});

test("metrics that can't decide are the ones that the page names, and so is what a latency gate brings along", () => {
  const advisory = metrics.filter((it) => !it.gateable).map((it) => `\`${it.name}\``);
  expect(text).toContain(`${advisory.slice(0, -1).join(", ")} and ${advisory.at(-1)} are one value of many`);
  expect(text).toContain(`one of \`${IMPLIED_ERRORS * 100}pp\``);
});
