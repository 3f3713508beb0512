/** The report as one HTML file: no network, no script, the same bytes for the same judgement. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { packageFile } from "../../../runner/shared/package.ts";
import type { Judgement } from "../../verdict/judgement.ts";
import { cleaned } from "../clean.ts";
import { compileTemplates } from "./templates.ts";
import { pageView } from "./view.ts";

/** In the order of the cascade. */
const styles = ["tokens", "page", "tables", "gates", "drawings", "findings", "narrow", "print"];

let page: ((view: object) => string) | null = null;

/** @throws Error when the package's own templates are missing or broken */
export function renderHtml(judgement: Judgement): string {
  page ??= loadPage();
  return page(pageView(cleaned(judgement)));
}

function loadPage(): (view: object) => string {
  const css = styles.map((it) => readFileSync(packageFile("templates", "styles", `${it}.css`), "utf8")).join("");
  const template = compileTemplates(packageFile("templates"));
  const policy = contentPolicy(css);
  return (view) => template({ ...view, css, policy });
}

/** Everything is forbidden but this one style sheet. */
function contentPolicy(css: string): string {
  const hash = createHash("sha256").update(css).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}
