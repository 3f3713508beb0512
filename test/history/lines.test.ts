/** The file of a history: what was written is read again, and what can't be read is told and left alone. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type ChangeLine, type DecisionLine, readHistory, type SessionLine } from "../../reports/history/lines.ts";
import { fakeNights, toText } from "../support/nights.ts";

const nights = fakeNights({ nights: 3, metrics: [{ key: "latency.p99 phase=steady", value: () => 1, level: 40 }] });
const of = { v: 1, id: "0a1b2c3d", series: "latency.p99 arm=candidate", run: "a" } as const;
const placed = { by: "detector", found: "c", p: 0.01, blockLength: 5 } as const;
const change: ChangeLine = { ...of, type: "change", first: "a", last: "b", ...placed };
const decision: DecisionLine = { ...of, type: "decision", decision: "rejected", at: "2026-11-21T09:12:00.000Z" };

describe("a history file", () => {
  test("gives back every line that was written, in order", () => {
    const lines = [...nights, change, decision];
    expect(readHistory(toText(lines))).toEqual({ lines, problems: [] });
  });

  test("keeps its good lines when others can't be read, which are told by number", () => {
    const [one, two, three] = toText(nights).split("\n") as [string, string, string];
    const text = `${one}\n{"v":1,"type":"session"}\nno JSON\n${two}\n{"v":2,"type":"session"}\n\n${three}\n`;
    const { lines, problems } = readHistory(text);
    expect(lines).toEqual(nights);
    expect(problems).toEqual([
      "line 2 can't be read: run: Invalid input: expected string, received undefined",
      "line 3 can't be read: it is no JSON",
      "line 5 was written by a newer version of shakedown",
    ]);
  });

  test.each([
    ["ratio.estimate", { ratio: { estimate: -800, se: 0.01, pairs: 5 } }],
    ["ratio.estimate", { ratio: { estimate: 1.7e308, se: 0.01, pairs: 5 } }],
    ["ratio.se", { ratio: { estimate: 0, se: 1e308, pairs: 5 } }],
    ["center", { center: -1.7e308 }],
    ["high", { high: 1e300 }],
    ["low", { low: 1e-320 }],
  ])("can't hold numbers that nobody measured: a line with such %s is told", (field, given) => {
    const [night] = nights as [SessionLine];
    const extreme = { ...night, metrics: night.metrics.map((it) => ({ ...it, ...given })) };
    const { lines, problems } = readHistory(toText([night, extreme]));
    expect(lines).toEqual([night]);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^line 2 can't be read: metrics\\.0\\.${field}: `))]);
  });

  test("whose last line is partly written has the lines before it", () => {
    const text = toText(nights);
    expect(readHistory(text.slice(0, -20))).toEqual({
      lines: nights.slice(0, 2),
      problems: ["line 3 is cut off: it was being written, or its disk was full"],
    });
    // Only its newline is missing: it says all.
    expect(readHistory(text.slice(0, -1))).toEqual({ lines: nights, problems: [] });
  });

  test.prop([fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...nights.map((it) => JSON.stringify(it)))))])(
    "can hold any text: every line is either read or told",
    (rows) => {
      const text = rows.map((it) => it.replaceAll("\n", " ")).join("\n");
      const { lines, problems } = readHistory(text);
      const filled = text.split("\n").filter((it) => it.trim() !== "").length;
      expect(lines.length + problems.length).toBe(filled);
    },
  );
});
