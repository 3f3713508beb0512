/** judgement.json: for programs. The keys of the page first, in reading order; inside them alphabetical, so that two runs can be compared by lines. */
import type { Judgement } from "../verdict/judgement.ts";

/** Ends with a newline. Text is kept as it is: JSON escapes it, nothing obeys it. */
export function renderJson(judgement: Judgement): string {
  const ordered = Object.fromEntries(Object.entries(judgement).map(([key, value]) => [key, sorted(value)]));
  const inOrder = order.filter((key) => key in ordered).map((key) => [key, ordered[key]] as const);
  return `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n`;
}

/** Every key of a judgement: a new one that is missing here does not compile. */
const position: Readonly<Record<keyof Judgement, number>> = {
  schema: 0,
  verdict: 1,
  headline: 2,
  reasons: 3,
  errorRate: 4,
  falseAlarms: 5,
  next: 6,
  run: 7,
  gates: 8,
  claims: 9,
  against: 10,
  trust: 11,
  faults: 12,
  sections: 13,
  table: 14,
  environment: 15,
  how: 16,
  reproduce: 17,
  timeline: 18,
  search: 19,
};
const order = (Object.keys(position) as (keyof Judgement)[]).sort((a, b) => position[a] - position[b]);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, it]) => [key, sorted(it)]));
}
