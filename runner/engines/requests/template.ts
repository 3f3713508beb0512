/** Templates in a request's texts: `${feed.NAME.COLUMN}` and `${vars.NAME}`, filled in when it is sent. */

export type Reference =
  | { readonly from: "feed"; readonly feed: string; readonly column: string; readonly written: string }
  | { readonly from: "vars"; readonly name: string; readonly written: string };

interface Template {
  /** One more than references: what stands before, between and after them. */
  readonly texts: readonly string[];
  readonly references: readonly Reference[];
}

/** A column's name may have dots and spaces. */
const reference = /\$\{(feed|vars)\.([^}]*)\}/g;

/** Null for a text without references. */
export function parseTemplate(text: string): Template | null {
  const found = [...text.matchAll(reference)];
  if (found.length === 0) return null;
  const texts: string[] = [];
  let at = 0;
  for (const it of found) {
    texts.push(text.slice(at, it.index));
    at = it.index + it[0].length;
  }
  return {
    texts: [...texts, text.slice(at)],
    references: found.map(([written, from, name]) => read(written, from, name)),
  };
}

function read(written: string, from: string | undefined, name = ""): Reference {
  if (from === "vars") return { from, name, written };
  const dot = name.indexOf(".");
  return dot < 0
    ? { from: "feed", feed: name, column: "", written }
    : { from: "feed", feed: name.slice(0, dot), column: name.slice(dot + 1), written };
}

/** A request's name is made of its path: of what stays the same. */
export const withoutReferences = (text: string): string => text.replace(reference, "");

export function fill(
  template: Template,
  escaping: (value: string) => string,
  lookUp: (it: Reference) => string,
): string {
  let out = template.texts[0] as string;
  for (let i = 0; i < template.references.length; i++) {
    out += escaping(lookUp(template.references[i] as Reference)) + template.texts[i + 1];
  }
  return out;
}
