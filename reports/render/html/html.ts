/** The report as one HTML file: no network, no script, the same bytes for the same judgement. */
import type { Judgement } from "../../verdict/judgement.ts";
import { cleaned } from "../clean.ts";
import { loadPage } from "./page.ts";
import { pageView } from "./view.ts";

/** In the order of the cascade. */
const styles = ["tokens", "page", "tables", "gates", "drawings", "search", "findings", "narrow", "print"];

let page: ((view: object) => string) | null = null;

/** @throws Error when the package's own templates are missing or broken */
export function renderHtml(judgement: Judgement): string {
  page ??= loadPage("report", styles);
  return page(pageView(cleaned(judgement)));
}
