/** The feeds of one worker: a row of each for every pass, drawn when the first reference asks for it. */
import { basename } from "node:path";
import type { FeedSpec } from "../../record/scenario.ts";
import { seeded } from "../../shared/random.ts";
import { rowDrawer } from "./draw.ts";
import { readFeed } from "./feed-file.ts";
import type { Reference } from "./template.ts";

type ColumnOf = Extract<Reference, { from: "feed" }>;

export interface Rows {
  /** Begins a pass: all references to a feed find the same row in it. */
  readonly begin: () => (reference: ColumnOf) => string;
}

/** @throws Error when a file is not what it was when the scenario was read */
export function openFeeds(
  feeds: readonly FeedSpec[],
  part: { readonly worker: number; readonly workers: number; readonly seed: number },
): Rows {
  const opened = new Map(
    feeds.map((it) => {
      const read = readFeed(it.file, basename(it.file));
      if (!read.ok) throw new Error(`feed "${it.name}": ${read.message}`);
      const { feed } = read;
      if (feed.sha256 !== it.sha256)
        throw new Error(`feed "${it.name}": ${it.file} changed since the scenario was read`);
      const columns = new Map(feed.columns.map((name, i) => [name, i]));
      const draw = rowDrawer(it.order, feed.rows.length, part, seeded(part.seed, `feed ${it.name} ${part.worker}`));
      return [it.name, { feed, columns, draw }];
    }),
  );
  return {
    begin: () => {
      const drawn = new Map<string, readonly string[]>();
      return ({ feed: name, column }) => {
        const { feed, columns, draw } = opened.get(name) as NonNullable<ReturnType<typeof opened.get>>;
        let row = drawn.get(name);
        if (row === undefined) {
          row = feed.rows[draw()] as readonly string[];
          drawn.set(name, row);
        }
        return row[columns.get(column) as number] as string;
      };
    },
  };
}
