/** "Did you mean": the known name that is nearest to what was written. */

/** Longer texts are no misspelt names, and the distance takes time in their product. */
const longest = 60;

/** Null when nothing is near: at most one edit in three characters. */
export function nearest(written: string, known: Iterable<string>): string | null {
  if (written.length > longest) return null;
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    if (name === written || name.length > longest) continue;
    const most = Math.max(1, Math.floor(Math.max(written.length, name.length) / 3));
    if (Math.abs(written.length - name.length) > most) continue;
    const distance = edits(written.toLowerCase(), name.toLowerCase());
    if (distance <= most && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best === null ? null : best.name;
}

/** A hint, or null when nothing is near. */
export function didYouMean(written: string, known: Iterable<string>): string | null {
  const name = nearest(written, known);
  return name === null ? null : `did you mean "${name}"?`;
}

/** A suggestion, or what there is to choose from. */
export function suggest(written: string, known: Iterable<string>): string | null {
  const names = [...known];
  const near = didYouMean(written, names);
  if (near !== null) return near;
  if (names.length === 0) return null;
  // `p95` of `latency.p95` and `service.p95`.
  const part = written.toLowerCase();
  const parts = names.filter((it) => it.endsWith(`.${part}`) || it.startsWith(`${part}.`));
  if (parts.length > 0 && parts.length < 6) return `did you mean ${parts.map((it) => `"${it}"`).join(" or ")}?`;
  const shown = names.slice(0, 12).join(", ");
  return `known: ${shown}${names.length > 12 ? ", …" : ""}`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function edits(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    older = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
