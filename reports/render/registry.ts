/** Every format that a judgement is written in. */
import type { Judgement } from "../verdict/judgement.ts";
import { renderHtml } from "./html/html.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { type Links, renderMarkdown } from "./markdown.ts";

export type Format = "html" | "json" | "junit" | "md";

/** Pure: the same judgement gives the same bytes. Only Markdown has a use for links: the others stand by themselves. */
export const renderers: Readonly<Record<Format, (judgement: Judgement, links?: Links) => string>> = {
  html: renderHtml,
  json: renderJson,
  junit: renderJunit,
  md: renderMarkdown,
};

/** Its name inside the folder of the run. */
export const fileOf: Readonly<Record<Format, string>> = {
  html: "report.html",
  json: "judgement.json",
  junit: "junit.xml",
  md: "report.md",
};
