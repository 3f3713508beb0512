/** Pieces of Markdown that stay what they are: text without markup, code, lists and tables that keep to a size. */
import { oneLine } from "./clean.ts";
import { fittedTo } from "./svg/text.ts";

/** Text that stays text: no markup, no mention of a user, no table cell broken; cut to so many characters of the text itself. */
export const inline = (text: string, room = 600): string =>
  fittedTo(oneLine(text), room)
    .replace(/[\\`*_{}[\]#+!|~$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;");

/** A code span with a fence longer than any run of backticks inside. */
export function code(text: string, room = 2000): string {
  const line = fittedTo(oneLine(text), room);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** `text` is Markdown already; the text alone without an address. */
export const link = (text: string, url: string | null): string =>
  url === null ? text : `[${text}](<${url.replaceAll("<", "%3C").replaceAll(">", "%3E")}>)`;

/** As many lines as fit into so many characters; what is left out is counted. */
function fitting(lines: readonly string[], room: number, rest: (count: number) => string): string[] {
  let used = 0;
  const kept = lines.findIndex((it) => {
    used += it.length + 1;
    return used > room;
  });
  return kept < 0 ? [...lines] : [...lines.slice(0, kept), rest(lines.length - kept)];
}

export const list = (lines: readonly string[], room: number): string =>
  fitting(
    lines.map((it) => `- ${it}`),
    room,
    (count) => `- … and ${count} more`,
  ).join("\n");

/** Columns named with a leading `>` are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], room: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head.map((it) => it.replace(/^>/, ""))),
    `|${head.map((it) => (it.startsWith(">") ? "--:" : "---")).join("|")}|`,
    ...fitting(rows.map(line), room, (count) => line([`… and ${count} more`, ...head.slice(1).map(() => "")])),
  ].join("\n");
}
