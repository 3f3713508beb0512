/** Journal lines by their type. */
import type { JournalLine } from "../../runner/record/events.ts";

type OfType = <T extends JournalLine["type"]>(type: T) => Extract<JournalLine, { type: T }>[];

/** Picks the lines of one type among these, in order. */
export const ofType =
  (lines: readonly JournalLine[]): OfType =>
  <T extends JournalLine["type"]>(type: T) =>
    lines.filter((it): it is Extract<JournalLine, { type: T }> => it.type === type);
