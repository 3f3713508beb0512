/** Text that cannot act: what a terminal or a browser would obey instead of show becomes the replacement character. */

/**
 * C0 and C1 controls but tab and newline (terminal escapes, NUL), bidirectional embeddings and overrides (they reorder what follows).
 * Plain direction marks stay: right-to-left text needs them.
 */

const acting = new RegExp(
  `[${[
    [0x00, 0x08],
    [0x0b, 0x1f],
    [0x7f, 0x9f],
    [0x202a, 0x202e],
    [0x2066, 0x2069],
    [0xfffe, 0xffff],
  ]
    .map(([from = 0, to = 0]) => `\\u${from.toString(16).padStart(4, "0")}-\\u${to.toString(16).padStart(4, "0")}`)
    .join("")}]`,
  "g",
);

export const cleanText = (text: string): string =>
  text.replaceAll("\r\n", "\n").toWellFormed().replace(acting, "\ufffd");

/** The same value with every string in it cleaned. */
export function cleaned<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (Array.isArray(value)) return value.map(deep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, deep(it)]));
}

/** One line: for a cell of a text table. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").replaceAll("\t", " ");
