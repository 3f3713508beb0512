/** The numbers behind a drawing, as a table for everybody who does not see it. */

export interface ValueTable {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell heads its row. */
  readonly rows: readonly { readonly head: string; readonly cells: readonly string[] }[];
}

export const absent = "–";
