/** The page of a history: one HTML file, no network, no script, the same bytes for the same history. */
import type { HistoryReport } from "../../history/report.ts";
import { cleaned } from "../clean.ts";
import { loadPage } from "../html/page.ts";
import { historyView, type PageOptions } from "./view.ts";

/** In the order of the cascade. */
const styles = ["tokens", "page", "tables", "gates", "drawings", "findings", "history", "narrow", "print"];

let page: ((view: object) => string) | null = null;

/** @throws Error when the package's own templates are missing or broken */
export function renderHistoryPage(report: HistoryReport, options: PageOptions): string {
  page ??= loadPage("history", styles);
  return page(historyView(cleaned(report), cleaned(options)));
}
