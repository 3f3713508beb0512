/** The two kinds of step of a search. */
import type { Point, SearchEnd, SearchStep } from "../../../runner/record/search.ts";

export const stop = (end: SearchEnd, text: string): SearchStep => ({ kind: "stop", end, text });

export const point = (it: Omit<Point, "above" | "known"> & Partial<Point>): Extract<SearchStep, { kind: "point" }> => ({
  kind: "point",
  point: { above: null, known: "", ...it },
});
