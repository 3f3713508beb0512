/** A page as one HTML file: its template, its style sheet, and the content policy that lets in nothing else. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { packageFile } from "../../../runner/shared/package.ts";
import { compileTemplates } from "./templates.ts";

/**
 * @param name of the template
 * @param styles style sheets in the order of the cascade
 * @throws Error when the package's own templates are missing or broken
 */
export function loadPage(name: string, styles: readonly string[]): (view: object) => string {
  const css = styles.map((it) => readFileSync(packageFile("templates", "styles", `${it}.css`), "utf8")).join("");
  const template = compileTemplates(packageFile("templates"), name);
  const policy = contentPolicy(css);
  return (view) => template({ ...view, css, policy });
}

/** Everything is forbidden but this one style sheet. */
function contentPolicy(css: string): string {
  const digest = hash("sha256", css, "base64");
  return `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
}
