/** What drawings stand on: scales, ticks, paths, labels. */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { thinned } from "../../reports/render/html/bins.ts";
import { dotsChart } from "../../reports/render/html/dots.ts";
import { faultScales } from "../../reports/render/html/fault-scale.ts";
import { bandPath, linePath } from "../../reports/render/svg/path.ts";
import { linear, logarithmic, logTicks, rounded, ticks, timeTicks } from "../../reports/render/svg/scale.ts";
import { apart, fitted, fittedTo, lengthOf, textWidth, wrapped } from "../../reports/render/svg/text.ts";
import { regressed } from "../support/judgements/regressed.ts";

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

property.prop([finite, positive, fc.integer({ min: 2, max: 10 })])(
  "ticks are inside the domain, rising, and no more than asked for",
  (low, width, count) => {
    const high = low + width;
    fc.pre(high > low);
    const found = ticks(low, high, count);
    const slack = width * 1e-6 + Math.abs(low) * 1e-9;
    expect(found.length).toBeLessThanOrEqual(count + 2);
    expect(found.every((it, i) => it >= low - slack && it <= high + slack && it >= (found[i - 1] ?? it))).toBe(true);
  },
);

property.prop([positive, positive])("a rounded domain holds what it was made of", (a, b) => {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const [from, to] = rounded(low, high, 4);
  expect(from).toBeLessThanOrEqual(low * (1 + 1e-9));
  expect(to).toBeGreaterThanOrEqual(high * (1 - 1e-9));
});

property.prop([positive, fc.double({ min: 1.2, max: 1e6, noNaN: true })])(
  "a logarithmic axis has at least two ticks, all inside",
  (low, factor) => {
    const high = low * factor;
    const found = logTicks(low, high, 4);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.every((it) => it >= low * 0.999 && it <= high * 1.001)).toBe(true);
  },
);

test("ticks are the ones a person would choose", () => {
  expect(ticks(0, 320, 3)).toEqual([0, 200]);
  expect(ticks(-0.2, 0.6, 4)).toEqual([-0.2, 0, 0.2, 0.4, 0.6]);
  expect(logTicks(5, 200, 5)).toEqual([5, 10, 20, 50, 100, 200]);
  expect(logTicks(5, 20_000, 5)).toEqual([10, 100, 1000, 10_000]);
  expect(timeTicks(0, 78, 10)).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
  expect(timeTicks(0, 700, 10)).toEqual([0, 120, 240, 360, 480, 600]);
});

test("the label at the right edge of a dot strip stands clear of the one before it", () => {
  const values = [178, 440, 840].map((KiB, block) => ({ block, value: KiB * 1024 }));
  const chart = {
    kind: "dots",
    title: "Memory growth",
    unit: "bytes/s",
    log: false,
    arms: [{ arm: "it", values }],
  } as const;
  const drawn = dotsChart("id", chart, [])?.svg ?? "";
  const labels = [...drawn.matchAll(/<text class="tk" y="[\d.]+" x="([\d.]+)" text-anchor="(\w+)">([^<]+)</g)];
  expect(labels.length).toBeGreaterThan(3);
  const spans = labels.map(([, x, anchor, text = ""]) => {
    const width = textWidth(text, 11.5);
    const from = Number(x) - (anchor === "end" ? width : width / 2);
    return { from, to: from + width };
  });
  for (const [i, { from }] of spans.entries()) expect(from).toBeGreaterThanOrEqual(spans[i - 1]?.to ?? 0);
});

test("a value outside the domain lands on the edge, never outside the drawing", () => {
  expect(linear([0, 10], [100, 200]).at(99)).toBe(200);
  expect(linear([0, 10], [100, 200]).at(Number.NEGATIVE_INFINITY)).toBe(100);
  expect(logarithmic([1, 100], [0, 200]).at(10)).toBeCloseTo(100);
  expect(logarithmic([1, 100], [0, 200]).at(0)).toBe(0);
});

test("a gap breaks a line and its band; it is never a zero", () => {
  const at = (x: number, y: number) => ({ x, y });
  expect(linePath([at(0, 1), at(1, 2), null, at(3, 3), at(4, 5)])).toBe("M0 1L1 2M3 3L4 5");
  expect(linePath([at(0, 1), null, at(2, 1)])).toBe("M-1 1L1 1M1 1L3 1");
  expect(linePath([])).toBe("");
  expect(bandPath([{ x: 0, low: 2, high: 1 }, { x: 1, low: 3, high: 0 }, null])).toBe("M0 1L1 0L1 3L0 2Z");
});

test("counts are drawn as steps, level stretches by their ends", () => {
  const at = (x: number, y: number) => ({ x, y });
  expect(linePath([at(0, 3), at(1, 3), at(2, 3), at(3, 2)], true)).toBe("M0 3L3 3L3 2");
});

test("labels are cut between characters, not inside one", () => {
  expect(fittedTo("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2)).toBe("👩‍👩‍👧‍👦…");
  expect(fitted("warmup", 20, 12)).toBe("");
  expect(wrapped("Response time of the shop", 80, 13, 2)).toEqual(
    ["Response", "time of th…"].map((it) => expect.stringMatching(`^${it.slice(0, 6)}`)),
  );
});

property.prop([fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 })])(
  "labels pushed apart keep their order and their distance",
  (positions) => {
    const placed = apart(positions, 13, 0, 100);
    const sorted = [...placed].sort((a, b) => a - b);
    expect(sorted.every((it, i) => i === 0 || it - (sorted[i - 1] ?? 0) >= 13 - 1e-9)).toBe(true);
    expect(placed.every((it) => it <= 100 + 1e-9)).toBe(true);
  },
);

test("a long run is thinned without losing an extreme", () => {
  const { timeline } = regressed;
  if (timeline === null) throw new Error("the fixture has a timeline");
  const short = thinned(timeline, 40);
  expect(short.t.length).toBeLessThanOrEqual(40);
  for (const [p, panel] of timeline.panels.entries()) {
    for (const [l, line] of panel.lines.entries()) {
      const known = (line.high ?? line.center).filter((it) => it !== null);
      const kept = (short.panels[p]?.lines[l]?.high ?? []).filter((it) => it !== null);
      expect(Math.max(...kept)).toBe(Math.max(...known));
    }
  }
  expect(lengthOf("ab")).toBe(2);
});

test("a scale starts anew at every fault, and no two labels meet", () => {
  const x = linear([0, 100], [0, 1000]);
  const labels = (starts: readonly number[]) => {
    const faults = starts.map((start) => ({ name: "f", start, end: start + 1 }));
    return faultScales({ t: [], phases: [], panels: [], faults }, x, 0).flatMap(({ svg }) => {
      const [, at, text] = /^<text.* x="([\d.]+)".*>(.+)<\/text>$/.exec(svg) ?? [];
      return text === undefined ? [] : [[Number(at), text.replaceAll(/\s/gu, " ")] as const];
    });
  };
  expect(labels([])).toEqual([]);
  expect(
    labels([60, 10])
      .filter(([, text]) => text === "0")
      .map(([at]) => at),
  ).toEqual([100, 600]);
  expect(labels([10, 60]).slice(0, 3)).toEqual([
    [100, "0"],
    [200, "+10 s"],
    [300, "+20 s"],
  ]);
  expect(
    labels([10, 11]).filter(([, text]) => text === "0"),
    "too near for a label of its own",
  ).toHaveLength(1);
  const all = labels([3, 40, 52, 97]).map(([at]) => Number(at));
  expect(all.every((it, i) => i === 0 || it - (all[i - 1] ?? 0) >= 54 - 1e-9)).toBe(true);
});
