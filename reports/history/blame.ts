/** Which commits lie between the last night at the old level and the first at the new one. Git itself is asked elsewhere. */
import type { ChangeReport } from "./change-report.ts";
import type { HistoryReport, Night } from "./report.ts";

/** What git says of a range `<commit>..<commit>`. */
export type Blame =
  | {
      readonly range: string;
      readonly commits: number;
      /** The oldest of them; null when there is none: the later night ran what is older. */
      readonly first: { readonly commit: string; readonly subject: string } | null;
    }
  | { readonly range: string; readonly problem: string };

export type Blames = Readonly<Record<string, Blame>>;

export type Between =
  | { readonly kind: "range"; readonly range: string /** A tree was not as committed. */; readonly dirty: boolean }
  /** Both nights ran the same commit. */
  | { readonly kind: "same"; readonly commit: string; readonly dirty: boolean }
  /** No commit was recorded on a side. */
  | { readonly kind: "unknown" };

export function between(nights: readonly Night[], before: number, after: number): Between {
  const [old, now] = [nights[before], nights[after]];
  if (old?.commit == null || now?.commit == null) return { kind: "unknown" };
  const dirty = old.dirty || now.dirty;
  if (old.commit === now.commit) return { kind: "same", commit: now.commit, dirty };
  return { kind: "range", range: `${old.commit}..${now.commit}`, dirty };
}

/** Between the nights on both sides of its place; and of all places that are as likely, null where that is the same. */
export function betweenOf(
  nights: readonly Night[],
  { before, night, beforeFirst, last }: Pick<ChangeReport, "before" | "night" | "beforeFirst" | "last">,
): { readonly here: Between; readonly widest: Between | null } {
  const same = before === beforeFirst && night === last;
  return { here: between(nights, before, night), widest: same ? null : between(nights, beforeFirst, last) };
}

/** What git is to be asked. */
export function rangesIn({ nights, metrics }: HistoryReport): string[] {
  const all = metrics
    .flatMap((it) => it.changes)
    .flatMap((it) => {
      const { here, widest } = betweenOf(nights, it);
      return [here, widest].flatMap((side) => (side?.kind === "range" ? [side.range] : []));
    });
  return [...new Set(all)];
}
