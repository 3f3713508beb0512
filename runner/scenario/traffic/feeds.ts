/** Feeds of a load: their files are there and can be read, and what requests refer to is in them. */
import { resolve } from "node:path";
import { fitsHeader } from "../../engines/requests/escape.ts";
import { type Feed, type FeedRead, readFeed } from "../../engines/requests/feed-file.ts";
import { parseTemplate, type Reference } from "../../engines/requests/template.ts";
import type { FeedSpec, LoadSpec } from "../../record/scenario.ts";
import type { CheckContext } from "../context.ts";
import type { Problems } from "../document/problems.ts";
import { nearest, suggest } from "../document/suggest.ts";
import { child, entries, isList, isMap, type Node, text, toPlain } from "../document/tree.ts";
import { asPattern } from "../schema/check.ts";
import type { LoadInput } from "../schema/load.ts";
import { methods } from "../schema/request.ts";

/** Files are read once, however many arms use them. */
export function feedReader(folder: string): (file: string) => FeedRead {
  const known = new Map<string, FeedRead>();
  return (file) => {
    const read = known.get(file) ?? readFeed(resolve(folder, file), file);
    known.set(file, read);
    return read;
  };
}

/** A feed that can't be read is null. */
export type Feeds = ReadonlyMap<string, { readonly file: string; readonly feed: Feed | null }>;

export function checkFeeds(load: Node, { problems, feedAt }: CheckContext): Feeds {
  const [feeds, requests] = [child(load, "feeds"), child(load, "requests")];
  const sent = requests === undefined ? "" : JSON.stringify(toPlain(requests));
  const names = entries(feeds).map(([name]) => name);
  // A slip in a request was told there.
  const meant = [...sent.matchAll(/\$\{feed\.([^.}]*)\./g)].map(([, it = ""]) =>
    names.includes(it) ? it : nearest(it, names),
  );
  return new Map(
    entries(feeds).map(([name, node]) => {
      if (feeds !== undefined && requests !== undefined && !meant.includes(name)) {
        const hint = `write \${feed.${name}.COLUMN} in a path, a header or a body, or remove it`;
        problems.atKey(feeds, name, `no request uses the feed "${name}"`, hint);
      }
      const place = child(node, "file");
      const file = text(place) ?? "";
      const read = file === "" ? null : feedAt(file);
      if (place !== undefined && read?.ok === false) problems.at(place, read.message, read.hint);
      return [name, { file, feed: read?.ok ? read.feed : null }];
    }),
  );
}

/** As written. */
export const feedSpecs = ({ feeds }: LoadInput, { feedAt }: Pick<CheckContext, "feedAt">): FeedSpec[] =>
  Object.entries(feeds).map(([name, { file, order }]) => {
    const read = feedAt(file);
    const { rows, sha256 } = read.ok ? read.feed : { rows: [], sha256: "" };
    return { name, file, order, rows: rows.length, sha256 };
  });

/** Its files as this machine finds them. */
export const loadHere = (load: LoadSpec, { folder }: Pick<CheckContext, "folder">): LoadSpec => {
  const here = <T extends { readonly file: string }>(it: T): T => ({ ...it, file: resolve(folder, it.file) });
  return {
    ...load,
    ...(load.feeds === undefined ? {} : { feeds: load.feeds.map(here) }),
    ...(load.script === undefined ? {} : { script: here(load.script) }),
  };
};

interface Scope {
  readonly feeds: Feeds;
  /** What steps before this request extract. */
  readonly vars: readonly string[];
}

/** What a request's templates name exists. */
export function checkTemplates(request: Node, scope: Scope, problems: Problems): void {
  for (const field of [...methods, "path", "headers", "body"]) {
    const node = child(request, field);
    if (node !== undefined) checkTexts(node, field === "headers", scope, problems);
  }
  checkExpected(child(request, "check"), scope, problems);
}

/** Texts of a check are compared as they are; regular expressions and names are none. */
function checkExpected(check: Node | undefined, scope: Scope, problems: Problems): void {
  const [header, body] = [child(check, "header"), child(check, "body")];
  const texts = entries(header).map(([, node]) => node);
  const patterns = texts.filter((it) => asPattern(text(it) ?? "") !== null);
  for (const node of [...patterns, child(body, "matches")]) {
    const [first] = parseTemplate(text(node) ?? "")?.references ?? [];
    if (node !== undefined && first !== undefined)
      problems.within(
        node,
        first.written,
        "a regular expression can't be filled in",
        "use contains, json or a whole value",
      );
  }
  for (const node of [...texts.filter((it) => !patterns.includes(it)), child(body, "contains"), child(body, "json")])
    if (node !== undefined) checkTexts(node, false, scope, problems);
}

function checkTexts(node: Node, inHeader: boolean, scope: Scope, problems: Problems): void {
  if (isMap(node)) {
    for (const [key, value] of node.value) {
      if (parseTemplate(key) !== null)
        problems.atKey(node, key, "a name can't be filled in", "send the body as a text");
      checkTexts(value, inHeader, scope, problems);
    }
  } else if (isList(node)) for (const item of node.value) checkTexts(item, inHeader, scope, problems);
  else {
    for (const it of parseTemplate(text(node) ?? "")?.references ?? []) {
      const wrong = it.from === "vars" ? wrongVariable(it.name, scope) : wrongColumn(it, inHeader, scope);
      if (wrong !== null) problems.within(node, it.written, wrong.message, wrong.hint);
    }
  }
}

type Wrong = { readonly message: string; readonly hint: string | null } | null;

const wrongVariable = (name: string, { vars }: Scope): Wrong =>
  vars.includes(name)
    ? null
    : {
        message: `no step before this one extracts "${name}"`,
        hint: suggest(name, vars) ?? "an earlier step of the same flow gives it: extract: { NAME: { json: /path } }",
      };

function wrongColumn(it: Extract<Reference, { from: "feed" }>, inHeader: boolean, { feeds }: Scope): Wrong {
  const found = feeds.get(it.feed);
  if (found === undefined) {
    const none = "declare it: feeds: { NAME: { file: rows.csv } }";
    return { message: `no feed is named "${it.feed}"`, hint: suggest(it.feed, feeds.keys()) ?? none };
  }
  const { file, feed } = found;
  if (feed === null) return null;
  const column = feed.columns.indexOf(it.column);
  if (column < 0) return { message: `${file} has no column "${it.column}"`, hint: suggest(it.column, feed.columns) };
  const broken = inHeader ? feed.rows.findIndex((row) => !fitsHeader(row[column] as string)) : -1;
  if (broken < 0) return null;
  return {
    message: `${file}:${feed.lines[broken]}: the value of "${it.column}" can't stand in a header`,
    hint: "a header's value has no line breaks and nothing beyond Latin-1",
  };
}
