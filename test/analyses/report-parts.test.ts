/** The parts of a report: faults, what happened when, one section per question, the full table, the environment. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environment } from "../../reports/analyses/environment.ts";
import { faultReports } from "../../reports/analyses/faults.ts";
import { sections } from "../../reports/analyses/sections/sections.ts";
import { table } from "../../reports/analyses/table.ts";
import { timeline } from "../../reports/analyses/timeline.ts";
import type { TrialEvidence } from "../../reports/evidence/evidence.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { record } from "../support/checked-record.ts";
import { condition, relative } from "../support/fake-scenario.ts";

const evidence = loadEvidence(record({ pairs: 3, effect: { p50: 1.5 } }));

describe("faults", () => {
  test("are counted by arm, with windows relative to their request", () => {
    const [kill, slow] = faultReports(evidence);
    expect(
      kill?.arms.map(({ arm, trials, landed, felt, reverted }) => ({ arm, trials, landed, felt, reverted })),
    ).toEqual(["baseline", "candidate"].map((arm) => ({ arm, trials: 3, landed: 3, felt: 3, reverted: 3 })));
    expect(kill?.grade).toBe("A");
    expect(kill?.arms[0]?.requested).toEqual({ start: 0, end: 4500 });
    expect(kill?.arms[0]?.acknowledged?.start).toBe(5);
    expect(slow?.grade).toBe("B");
    expect(slow?.arms[0]?.acknowledged).toEqual({ start: 5, end: 2000 });
  });
});

describe("the timeline", () => {
  const found = timeline(evidence);
  if (!found) throw new Error("no timeline");

  test("has every line as long as its axis, at most 600 points", () => {
    expect(found.t.length).toBe(48);
    for (const { lines } of found.panels)
      for (const it of lines) expect([it.center.length, it.low?.length, it.high?.length]).toEqual([48, 48, 48]);
    const long = timeline(
      loadEvidence(
        record({
          pairs: 1,
          arms: ["baseline"],
          faults: false,
          rate: 1,
          scenario: (it) => ({ ...it, phases: it.phases.map((p) => ({ ...p, durationMs: 700_000 })) }),
        }),
      ),
    );
    expect(long?.t.length).toBeLessThanOrEqual(600);
  });

  test("holds the median between the lowest and the highest trial", () => {
    for (const { lines } of found.panels)
      for (const { center, low, high } of lines)
        center.forEach((it, i) => {
          if (it === null) return;
          expect(it).toBeGreaterThanOrEqual(low?.[i] ?? it);
          expect(it).toBeLessThanOrEqual(high?.[i] ?? it);
        });
  });

  test("has no step finer than what the engine told: a steady load does not fall to zero every other half second", () => {
    const every = 1000;
    const perSecond = (bins: TrialEvidence["bins"]): TrialEvidence["bins"] => {
      const added = (column: Float64Array) =>
        Float64Array.from({ length: Math.ceil((column.length * bins.every) / every) }, (_, second) =>
          column.filter((_, i) => Math.floor((i * bins.every) / every) === second).reduce((a, b) => a + b, 0),
        );
      return { every, due: added(bins.due), bad: added(bins.bad), ok: added(bins.ok), slow: added(bins.slow) };
    };
    const coarse = timeline({
      ...evidence,
      trials: evidence.trials.map((it) => ({ ...it, bins: perSecond(it.bins) })),
    });
    expect(coarse?.t.slice(0, 3)).toEqual([0, 1, 2]);
    const due = coarse?.panels[0]?.lines.find((it) => it.label === "due");
    expect(Math.min(...(due?.center ?? []).map(Number))).toBeGreaterThan(0);
  });

  test("shows the dip of ready instances and the fault where clients felt it", () => {
    const ready = found.panels.find((it) => it.title === "Instances of shop")?.lines.find((it) => it.label === "ready");
    expect(ready?.center[Math.floor(8 / 0.5)]).toBe(2);
    expect(ready?.center[Math.floor(4 / 0.5)]).toBe(3);
    const kill = found.faults.find((it) => it.name === "one-dies");
    expect(kill?.start).toBeCloseTo(7.5, 0);
    expect(kill?.end).toBeGreaterThan(8.2);
  });

  const edited = (file: string, edit: (text: string) => string) => {
    const made = record({ pairs: 1, arms: ["baseline"], faults: false });
    const path = join(made, file);
    writeFileSync(path, edit(readFileSync(path, "utf8")));
    const panels = timeline(loadEvidence(made))?.panels;
    return (title: string, label: string) =>
      panels?.find((it) => it.title === title)?.lines.find((it) => it.label === label);
  };
  const MiB = 2 ** 20;

  test("draws the instance that is nearest to its limit, and nothing where none is in force", () => {
    const at = evidence.trials[0]?.loadStart ?? 0;
    const squeezed = [
      { metric: "cgroup.memory.limit", t: [at + 2000, at + 3000], x: [65 * MiB, 65 * MiB] },
      { metric: "cgroup.memory", t: [at + 1900, at + 4000], x: [64 * MiB, 64 * MiB] },
    ].map((it) => JSON.stringify({ v: 1, labels: { target: "shop", instance: "shop-1", pid: "1" }, ...it }));
    const find = edited("trial-01-baseline/series.ndjson", (text) => `${text}${squeezed.join("\n")}\n`);
    const of = (label: string) => find("Memory nearest to its limit", label);
    const MiBs = (label: string) => [1, 2.5, 3.5, 4.5].map((s) => Math.round((of(label)?.center[s / 0.5] ?? 0) / MiB));
    expect(of("limit")?.dashed).toBe(true);
    expect(MiBs("limit")).toEqual([160, 65, 65, 160]);
    expect(MiBs("charged").slice(1, 3)).toEqual([64, 64]);
    expect(MiBs("charged")[3]).toBeGreaterThan(65);
    const none = edited("trial-01-baseline/series.ndjson", (text) =>
      text.replaceAll(/^.*"cgroup\.memory\.limit".*\n/gm, ""),
    );
    expect(none("Memory nearest to its limit", "charged")).toBeUndefined();
    expect(none("Memory, largest instance", "limit")).toBeUndefined();
  });

  test("draws an emulated limit beside the resident set that it is held against", () => {
    const find = edited("journal.ndjson", (text) => text.replaceAll("cgroup-v1", "emulated"));
    expect(new Set(find("Memory, largest instance", "limit")?.center)).toEqual(new Set([160 * MiB]));
  });

  test("draws nothing where a sampler had broken: neither no collection nor as many instances as last", () => {
    const at = evidence.trials[0]?.loadStart ?? 0;
    const off = ["gc", "scaling"].map((sampler) => ({
      v: 1,
      seq: 999,
      t: at + 2000,
      type: "sampler.off",
      trial: 1,
      sampler,
      reason: "odd",
    }));
    const find = edited("journal.ndjson", (text) => `${text}${off.map((it) => `${JSON.stringify(it)}\n`).join("")}`);
    for (const [title, label] of [
      ["GC pause share", ""],
      ["Instances of shop", "ready"],
    ] as const) {
      const center = find(title, label)?.center ?? [];
      expect(center[2], title).toBeGreaterThan(0);
      expect(new Set(center.slice(5)), title).toEqual(new Set([null]));
    }
  });

  test("draws the CPU of what instances started with theirs", () => {
    const [t, x] = [
      [0, 100_000],
      [0, 300_000],
    ];
    const child = { v: 1, metric: "cpu.children", labels: { target: "shop", instance: "shop-1", pid: "1" }, t, x };
    const alone = edited("trial-01-baseline/series.ndjson", (text) => text)("CPU", "")?.center[6] ?? Number.NaN;
    const find = edited("trial-01-baseline/series.ndjson", (text) => `${text}${JSON.stringify(child)}\n`);
    expect(find("CPU", "")?.center[6]).toBeCloseTo(alone + 3, 6);
  });

  test("is nothing without load", () => {
    expect(timeline(loadEvidence(record({ pairs: 0 })))).toBeNull();
  });
});

describe("sections", () => {
  test("one per question that the record can answer, with dots by block and the quantiles of both arms", () => {
    const all = sections(evidence, []);
    expect(all.map((it) => it.id)).toEqual([
      "latency",
      "errors",
      "throughput",
      "recovery",
      "scaling",
      "memory",
      "gc",
      "cpu",
    ]);
    const [p99, , quantiles] = all[0]?.charts ?? [];
    expect(p99).toMatchObject({ kind: "dots", log: true, arms: [{ arm: "baseline" }, { arm: "candidate" }] });
    expect(p99?.kind === "dots" && p99.arms[0]?.values.map((it) => it.block)).toEqual([1, 2, 3]);
    if (quantiles?.kind !== "quantiles") throw new Error("no quantiles");
    for (const { center } of quantiles.arms) expect(center).toEqual(center.toSorted((a, b) => a - b));
    const [baseline, candidate] = quantiles.arms;
    const middle = quantiles.quantiles.indexOf(0.5);
    expect((candidate?.center[middle] ?? 0) / (baseline?.center[middle] ?? 1)).toBeGreaterThan(1.3);
  });

  test("what single requests show stands in the sections of latency and of instances, also of a run without faults", () => {
    const all = sections(loadEvidence(record({ pairs: 1, faults: false })), []);
    const of = (id: string) => all.find((it) => it.id === id);
    expect(of("latency")?.tables.map((it) => it.kind)).toEqual(["slowest"]);
    expect(of("scaling")?.tables.map((it) => it.kind)).toEqual(["spread"]);
    expect(of("scaling")?.answer).toMatch(/^No condition asked\. Short of instances: 0/);
    expect(of("cpu")?.tables).toEqual([]);
  });

  test("tell why a metric has no value, but not of one that does not apply", () => {
    const made = record({ pairs: 1, faults: false });
    const file = join(made, "trial-01-baseline", "series.ndjson");
    const absent = { v: 1, metric: "cgroup.memory.limit", labels: {}, at: 1, reason: "no memory limit is set" };
    const lines = (kind: string) =>
      `${readFileSync(file, "utf8").replaceAll(/^.*"cgroup\.memory\.limit".*\n/gm, "")}${JSON.stringify({ ...absent, absent: kind })}\n`;
    const notes = (kind: string) => {
      writeFileSync(file, lines(kind));
      return sections(loadEvidence(made), []).find((it) => it.id === "memory")?.notes;
    };
    expect(notes("not-applicable")).toEqual([]);
    expect(notes("unavailable")).toEqual(["memory.limit.share: unavailable: no memory limit is set"]);
  });

  test("answer by the verdicts where conditions were asked", () => {
    const finding = {
      ...{ id: "g1", title: "Response time p99", where: "steady", arm: "candidate", advisory: false },
      metric: { name: "latency.p99", unit: "ms", kind: "latency" },
      change: { scale: "ratio", estimate: 0.38, lower: 0.31, upper: 0.45 },
      condition: condition({ metric: "latency.p99", phase: "steady", margin: relative(0.1) }),
      versus: "baseline",
      candidate: null,
    } as const;
    const answer = (verdict: "pass" | "regressed" | "inconclusive") => sections(evidence, [{ ...finding, verdict }])[0];
    expect(answer("regressed")?.answer).toMatch(
      /^Beyond what is allowed: Response time p99 \(steady\) changed by \+38/,
    );
    expect(answer("inconclusive")?.answer).toMatch(/^Not decided/);
    expect(answer("pass")?.answer).toMatch(/^Within what is allowed/);
    expect(answer("pass")?.findings).toEqual(["g1"]);
  });
});

describe("the full table", () => {
  test("has every metric once per place, with a reason where there is no value", () => {
    const rows = table(evidence);
    expect(new Set(rows.map((it) => `${it.metric} ${it.where}`)).size).toBe(rows.length);
    for (const row of rows) for (const it of row.cells) expect(it.center === null ? it.absent : it.n).toBeTruthy();
    const recovery = rows.filter((it) => it.metric === "recovery.time").map((it) => it.where);
    expect(recovery).toEqual(["one-dies", "slow-db", "hungry"]);
  });
});

describe("the environment", () => {
  test("tells in what the trials differ", () => {
    const made = record({ pairs: 2, arms: ["baseline"], faults: false });
    const journal = join(made, "journal.ndjson");
    writeFileSync(journal, readFileSync(journal, "utf8").replace("cgroup-v1", "emulated"));
    const facts = environment(loadEvidence(made));
    expect(facts.find((it) => it.name === "limits of db")).toEqual({
      name: "limits of db",
      value: "emulated",
      differs: "cgroup-v1",
    });
    expect(facts.find((it) => it.name === "kernel")).toEqual({ name: "kernel", value: "6.18.0", differs: null });
  });
});
