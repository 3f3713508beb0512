/** Text in drawings: how wide it is about, cut to what fits, kept apart from its neighbours. */

/** Mean width of a character of the report's fonts over their size; a generous guess, so that labels rather end early than overlap. */
const perEm = 0.6;

/** Characters as a reader counts them, so that no emoji is cut in two. */
const characters = (text: string): string[] =>
  [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((it) => it.segment);

/** Characters as a reader counts them. */
export const lengthOf = (text: string): number => characters(text).length;

export const textWidth = (text: string, size: number): number => lengthOf(text) * size * perEm;

/** The text, or its first characters and an ellipsis: `room` characters at most. */
export function fittedTo(text: string, room: number): string {
  const all = characters(text);
  return all.length <= room ? text : `${all.slice(0, Math.max(0, room - 1)).join("")}…`;
}

/** Cut to a width; empty when not even three characters fit. */
export function fitted(text: string, width: number, size: number): string {
  const room = Math.floor(width / (size * perEm));
  return room < 3 && lengthOf(text) > room ? "" : fittedTo(text, room);
}

/** Lines of whole words, at most `lines`; what is too long ends in an ellipsis. */
export function wrapped(text: string, width: number, size: number, lines: number): string[] {
  const found: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = found.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && (textWidth(joined, size) <= width || found.length === lines))
      found[found.length - 1] = joined;
    else found.push(word);
  }
  return found.map((it) => fitted(it, width, size));
}

/** Moves positions apart by at least `gap`, inside [low, high], keeping their order. */
export function apart(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0) || a - b);
  const placed = [...positions];
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(placed[i] ?? 0, floor);
    floor = (placed[i] ?? 0) + gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] ?? 0, ceiling);
    ceiling = (placed[i] ?? 0) - gap;
  }
  return placed;
}
