/** The page as a file: valid, self-contained, small, and deaf to what is written in a scenario. */
import { readdirSync, readFileSync } from "node:fs";
import { HtmlValidate } from "html-validate";
import { describe, expect, test } from "vitest";
import { renderHtml } from "../../reports/render/html/html.ts";
import { compileTemplates } from "../../reports/render/html/templates.ts";
import { trustView } from "../../reports/render/html/trust.ts";
import { el, isSvg } from "../../reports/render/svg/element.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { packageFile } from "../../runner/shared/package.ts";
import { capacityJudgement } from "../support/fake-search.ts";
import { hostile } from "../support/judgements/hostile.ts";
import { interrupted } from "../support/judgements/interrupted.ts";
import { invalid } from "../support/judgements/invalid.ts";
import { regressed } from "../support/judgements/regressed.ts";
import { singleArm } from "../support/judgements/single-arm.ts";

const judgements = { regressed, singleArm, invalid, interrupted, hostile, capacity: capacityJudgement() };
const pages = Object.entries(judgements).map(([name, judgement]) => ({ name, judgement, html: renderHtml(judgement) }));

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Written as a browser and Handlebars write them.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
  },
});

describe.for(pages)("$name", ({ judgement, html }) => {
  test("is valid HTML with headings in order", async () => {
    const report = await validator.validateString(html);
    const messages = report.results.flatMap((it) =>
      it.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`),
    );
    expect(messages).toEqual([]);
  });

  test("is the same bytes for the same judgement, also after a way through JSON", () => {
    expect(renderHtml(judgement) === html).toBe(true);
    expect(renderHtml(JSON.parse(JSON.stringify(judgement))) === html).toBe(true);
  });

  test("fits in 500 kB and names nothing on a network", () => {
    expect(html.length).toBeLessThan(500_000);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<[^>]*\s(?:src|style)=|url\(|@import/);
    expect(new Set([...html.matchAll(/href="([^"]?)/g)].map(([, first]) => first))).toEqual(
      new Set(judgement.gates.length > 0 ? ["#"] : []),
    );
  });

  test("every link leads to a part of the page", () => {
    const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
    const missing = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id).filter((id) => !ids.has(id));
    expect(missing).toEqual([]);
  });
});

test("the content policy forbids everything but the page's own style sheet", () => {
  const html = renderHtml(regressed);
  const policy = html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)?.[1];
  expect(policy).toMatch(
    /^default-src &#x27;none&#x27;; style-src &#x27;sha256-[\w+/&#;]+&#x27;; base-uri &#x27;none&#x27;; form-action &#x27;none&#x27;$/,
  );
});

test("the style sheet holds nothing that would end its element", () => {
  const folder = packageFile("templates", "styles");
  for (const file of readdirSync(folder))
    expect(readFileSync(`${folder}/${file}`, "utf8")).not.toMatch(/<|@import|url\(/);
});

test("templates escape everything: no triple braces, no ampersand, and only two helpers write markup", () => {
  const folder = packageFile("templates");
  const files = [`${folder}/report.hbs`, ...readdirSync(`${folder}/partials`).map((it) => `${folder}/partials/${it}`)];
  for (const file of files) expect(readFileSync(file, "utf8")).not.toMatch(/\{\{\{|\{\{\s*&/);
});

test("a name that the view lacks is an error, not a hole in the page", () => {
  const page = compileTemplates(packageFile("templates"));
  expect(() => page({})).toThrow(/not defined/);
});

test("a drawing that did not come from our own functions is refused", () => {
  expect(isSvg({ svg: "<script>alert(1)</script>" })).toBe(false);
  expect(isSvg(el("title", {}, ["</title><script>"]))).toBe(true);
  expect(el("title", { id: '"><script>' }, ["</title>&"]).svg).toBe(
    '<title id="&quot;&gt;&lt;script&gt;">&lt;/title&gt;&amp;</title>',
  );
});

test("an empty run says in words what is missing", () => {
  const html = renderHtml(interrupted);
  for (const words of [
    "This run was interrupted: Ctrl-C.",
    "There is no timeline",
    "No fault was injected",
    "No trial lived long enough",
    "No gate was judged",
  ]) {
    expect(html).toContain(words);
  }
});

test("a value that is absent is never a zero: its reason stands in its place", () => {
  expect(renderHtml(regressed)).toContain("GC was not sampled: the process is not Node");
});

test("a recovery that was not seen is told beside the gate, not only in a fold", () => {
  const html = renderHtml(regressed);
  const warning = html.indexOf("Trial 10 (candidate): not recovered within the 15 s that were left");
  expect(html.lastIndexOf('class="warn"', warning)).toBeGreaterThan(html.lastIndexOf("<details", warning));
});

test("a host too noisy to decide is no mere remark, unless the run is invalid anyhow", () => {
  const noisy = { status: "warning", title: "Host", text: "too noisy to decide", inconclusive: true } as const;
  const answer = (trust: Judgement["trust"]) => trustView({ ...regressed, trust }).answer.word;
  expect(answer(regressed.trust)).toBe("yes, with one remark");
  expect(answer([noisy])).toBe("at most inconclusive");
  expect(answer([noisy, ...invalid.trust])).toBe("no, 1 check failed");
});
