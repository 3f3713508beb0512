/** One scalar per metric and trial, on records whose truth is known. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { measures, scalarOf } from "../../reports/analyses/scalars.ts";
import type { Scalar } from "../../reports/evidence/evidence.ts";
import { loadEvidence } from "../../reports/evidence/load.ts";
import { samplerOf } from "../../reports/evidence/samplers.ts";
import { metrics } from "../../runner/record/metrics.ts";
import type { Condition } from "../../runner/record/scenario.ts";
import { samplers } from "../../runner/samplers/registry.ts";
import { type FakeRecord, fakeRecord } from "../support/fake-record.ts";
import { condition } from "../support/fake-scenario.ts";
import { scratch } from "../support/scratch.ts";

const tmp = scratch();
afterAll(() => tmp[Symbol.dispose]());

const record = (given: FakeRecord): string =>
  fakeRecord(join(tmp.dir, String(Math.random())), { pairs: 1, noise: 0, ...given });
const single = { arms: ["baseline"] } as const;

function scalar(dir: string, metric: string, at: Partial<Condition> = {}, trial = 0): Scalar {
  const evidence = dir === full ? fullEvidence : loadEvidence(dir);
  const of = evidence.trials[trial];
  if (!of) throw new Error("no such trial");
  return scalarOf(evidence, of, condition({ metric, ...at }));
}
const number = (it: Scalar): number => {
  if (it.kind !== "value") throw new Error(`${it.kind}: ${it.reason}`);
  return it.value;
};
interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly t?: readonly number[];
  readonly [field: string]: unknown;
}
/** Rewrites the series of one metric in the first trial. */
function series(dir: string, metric: string, lines: readonly Line[]): void {
  const file = join(dir, "trial-01-baseline", "series.ndjson");
  const others = readFileSync(file, "utf8")
    .split("\n")
    .filter((it) => it !== "" && JSON.parse(it).metric !== metric);
  writeFileSync(file, [...others, ...lines.map((it) => JSON.stringify({ v: 1, metric, ...it })), ""].join("\n"));
}

/** As `series`, and the processes of the shop are those that are read, for as long as they are. */
function lived(dir: string, metric: string, lines: readonly (Line & { readonly t: readonly number[] })[]): void {
  series(dir, metric, lines);
  const journal = join(dir, "journal.ndjson");
  const others = readFileSync(journal, "utf8")
    .trimEnd()
    .split("\n")
    .filter((it) => !/"type":"instance\.(start|exit)".*"shop"/.test(it));
  const lives = lines.flatMap(({ labels, t }) => {
    const of = { v: 1, seq: 999, trial: 1, target: "shop", instance: labels.instance, pid: Number(labels.pid) };
    return [
      { ...of, type: "instance.start", t: t[0], port: 1, again: false },
      { ...of, type: "instance.exit", t: t.at(-1), code: 1, signal: null, output: "" },
    ];
  });
  writeFileSync(journal, [...others, ...lives.map((it) => JSON.stringify(it)), ""].join("\n"));
}

const full = record(single);
const fullEvidence = loadEvidence(full);
const start = fullEvidence.trials[0]?.phases.find((it) => it.name === "steady")?.start ?? 0;
const instance = (i: number, pid = i) => ({ labels: { target: "shop", instance: `shop-${i}`, pid: String(pid) } });

/** Each with its sampler. */
const sampledMetrics = metrics.flatMap((it) => (it.sampler === undefined ? [] : [[it.name, it.sampler] as const]));

describe("every metric of the registry", () => {
  test("is measured", () => {
    expect(Object.keys(measures).sort()).toEqual(metrics.map((it) => it.name).sort());
  });

  test.each(metrics.map((it) => [it.name, it.over] as const))("%s has a value in a whole trial", (name, over) => {
    const value = number(scalar(full, name, over === "fault" ? { fault: "one-dies" } : {}));
    expect(value).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(value)).toBe(true);
  });

  test.each(metrics.map((it) => it.name))(
    "%s is worst in a failed trial, and absent in one that the harness broke or cut off",
    (name) => {
      for (const [outcome, kind] of [
        ["failed", "worst"],
        ["broken", "absent"],
        ["interrupted", "absent"],
      ] as const) {
        const evidence = fullEvidence;
        const [trial] = evidence.trials;
        if (!trial) throw new Error("no trial");
        const found = scalarOf(evidence, { ...trial, outcome, reason: "crash loop" }, condition({ metric: name }));
        expect(found.kind).toBe(kind);
      }
    },
  );

  test.each(sampledMetrics)(
    "%s without its series is absent with the reason of its own sampler, never zero",
    (name, own) => {
      const dir = record({ ...single, faults: false });
      const journal = join(dir, "journal.ndjson");
      writeFileSync(join(dir, "trial-01-baseline", "series.ndjson"), "");
      for (const { name: sampler } of samplers) {
        const event = { type: "sampler.off", trial: 1, sampler, reason: `${sampler} broke` };
        appendFileSync(journal, `${JSON.stringify({ v: 1, seq: 999, t: 1, ...event })}\n`);
      }
      expect(scalar(dir, name)).toEqual({ kind: "absent", reason: `the sampler ${own} was off: ${own} broke` });
    },
  );

  describe.each(sampledMetrics)("%s is absent, never what was counted until then, where", (name, own) => {
    const inMiddle = start + 1000;
    const at = { phase: "steady" };

    test("its own sampler broke within the phase", () => {
      for (const { name: sampler } of samplers) {
        const dir = record({ ...single, faults: false });
        const event = {
          v: 1,
          seq: 999,
          t: inMiddle,
          type: "sampler.off",
          trial: 1,
          sampler,
          reason: "its file is odd",
        };
        appendFileSync(join(dir, "journal.ndjson"), `${JSON.stringify(event)}\n`);
        const told = scalar(dir, name, at);
        if (sampler !== own) expect(told.kind, sampler).toBe("value");
        else expect(told).toEqual({ kind: "absent", reason: `the sampler ${own} went off meanwhile: its file is odd` });
        expect(scalar(dir, name, { phase: "warmup" }).kind, sampler).toBe("value");
      }
    });

    test("the series of the record were cut off within the phase", () => {
      const dir = record({ ...single, faults: false });
      const file = join(dir, "trial-01-baseline", "series.ndjson");
      const upTo = readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((it) => JSON.parse(it))
        .map((it) => ({
          ...it,
          t: it.t.filter((t: number) => t < inMiddle),
          x: it.x.slice(0, it.t.filter((t: number) => t < inMiddle).length),
        }));
      writeFileSync(file, upTo.map((it) => `${JSON.stringify(it)}\n`).join(""));
      expect(scalar(dir, name, at)).toEqual({
        kind: "absent",
        reason: expect.stringMatching(/^what was sampled ends .* too early$/),
      });
    });
  });
});

test.each([
  ["cpu.cores", "cpu.time"],
  ["cpu.per-request", "cpu.time"],
  ["page-faults.minor", "faults.minor"],
  ["throttled.ratio", "cgroup.throttled"],
  ["memory.peak", "rss"],
  ["memory.slope", "rss"],
  ["memory.limit.share", "cgroup.memory"],
  ["threads.max", "threads"],
  ["heap.used", "heap.used"],
] as const)("%s is absent when one instance of several was not read to its end, and names it", (name, series) => {
  const dir = record({ ...single, faults: false });
  const file = join(dir, "trial-01-baseline", "series.ndjson");
  const kept = readFileSync(file, "utf8")
    .split("\n")
    .filter((it) => !(it.includes(`"metric":"${series}"`) && it.includes("shop-1")));
  expect(scalar(dir, name, { phase: "steady" }).kind).toBe("value");
  writeFileSync(file, kept.join("\n"));
  expect(scalar(dir, name, { phase: "steady" })).toEqual({
    kind: "absent",
    reason: expect.stringMatching(`^the last .* of shop-1 in the phase have no reading of ${series}: `),
  });
});

describe.each([
  ["cpu.cores", "cpu.time"],
  ["cpu.per-request", "cpu.time"],
  ["page-faults.minor", "faults.minor"],
  ["page-faults.major", "faults.major"],
  ["throttled.ratio", "cgroup.throttled"],
  ["oom.kills", "cgroup.oom-kills"],
])("%s, whose counter %s was read for the last time early in the phase,", (name, counter) => {
  const early = (dir: string) => {
    series(dir, counter, [{ ...instance(0), t: [start - 100, start + 100], x: [50, 60] }]);
    return scalar(dir, name, { phase: "steady" });
  };

  test("is absent: it did not stand still", () => {
    expect(early(record({ ...single, faults: false }))).toEqual({
      kind: "absent",
      reason: expect.stringMatching(`^the last .* of shop-0 in the phase have no reading of ${counter}: `),
    });
  });

  test("is what was counted when the target ended then", () => {
    const dir = record({ ...single, faults: false });
    const lives = readFileSync(join(dir, "journal.ndjson"), "utf8")
      .split("\n")
      .filter((it) => it.includes('"instance.start"'));
    const ends = lives.map((it) => ({
      ...JSON.parse(it),
      type: "instance.exit",
      t: start + 150,
      code: 1,
      signal: null,
      output: "",
    }));
    appendFileSync(join(dir, "journal.ndjson"), ends.map((it) => `${JSON.stringify(it)}\n`).join(""));
    expect(early(dir).kind).toBe("value");
  });
});

test.each(samplers.flatMap((it) => Object.keys(it.series).map((series) => [series, it.name] as const)))(
  "the series %s is known as one of the sampler %s",
  (series, name) => {
    expect(samplerOf(series)).toBe(name);
  },
);

describe("where it is measured", () => {
  test("without a phase: outside of warm-up and faults", () => {
    expect(scalar(full, "throughput")).toEqual(scalar(full, "throughput", { phase: "steady" }));
  });
  test("with a fault and no phase: in the fault's phase", () => {
    expect(scalar(full, "errors.ratio", { fault: "one-dies" })).toEqual(
      scalar(full, "errors.ratio", { phase: "kill" }),
    );
    expect(number(scalar(full, "errors.ratio", { fault: "one-dies" }))).toBeGreaterThan(0);
  });
  test("of one request, or of another target", () => {
    const [checkout, browse, both] = ["checkout", "browse", null].map((request) =>
      number(scalar(full, "throughput", { request })),
    );
    expect((checkout ?? 0) + (browse ?? 0)).toBeCloseTo(both ?? 0, 9);
    expect(number(scalar(full, "ready.min", { target: "db" }))).toBe(1);
  });
  test("of what was not there: absent, and why", () => {
    expect(scalar(full, "latency.p50", { request: "nope" })).toEqual({
      kind: "absent",
      reason: "no request named nope in steady",
    });
    expect(scalar(full, "latency.p50", { phase: "nope" }).kind).toBe("absent");
    expect(scalar(full, "recovery.time", { fault: "nope" }).kind).toBe("absent");
    expect(scalar(full, "cpu.per-request", { request: "checkout" }).kind).toBe("absent");
  });
  test("what the engine can't give is absent with its reason", () => {
    const dir = record({ ...single, faults: false });
    const journal = join(dir, "journal.ndjson");
    writeFileSync(journal, readFileSync(journal, "utf8").replace('"lacks":[]', '"lacks":["service: no send time"]'));
    expect(scalar(dir, "service.p99")).toEqual({ kind: "absent", reason: "no send time" });
    expect(scalar(dir, "latency.p99").kind).toBe("value");
  });
});

describe("latency", () => {
  test("of a tail that too few requests show carries a warning", () => {
    const warned = (metric: string, rate: number) => {
      const it = scalar(record({ ...single, faults: false, rate }), metric);
      return it.kind === "value" && it.warnings !== undefined;
    };
    expect(warned("latency.p99", 100)).toBe(true);
    expect(warned("latency.p99", 300)).toBe(false);
    expect(warned("latency.p99.9", 300)).toBe(true);
    expect(warned("latency.p50", 100)).toBe(false);
  });

  test("follows the truth: the candidate of twice the median has twice the median", () => {
    const dir = record({ faults: false, effect: { p50: 2 } });
    const evidence = loadEvidence(dir);
    const of = (arm: string) =>
      number(
        scalar(
          dir,
          "latency.p50",
          {},
          evidence.trials.findIndex((it) => it.arm === arm),
        ),
      );
    expect(of("candidate") / of("baseline")).toBeGreaterThan(1.9);
    expect(of("candidate") / of("baseline")).toBeLessThan(2.1);
  });
});

describe("counters", () => {
  test("are taken between readings, and from zero in a new process", () => {
    const dir = record({ ...single, faults: false });
    // 1 s at 100 ms/s, then a new process at 200 ms/s for 2 s; the phase lasts 6 s.
    lived(dir, "cpu.time", [
      { ...instance(0, 1), t: [start - 500, start + 500, start + 1000], x: [500, 600, 650] },
      { ...instance(0, 2), t: [start + 4000, start + 6000], x: [10, 410] },
    ]);
    expect(number(scalar(dir, "cpu.cores"))).toBeCloseTo((650 - 550 + 410) / 6000, 9);
  });

  test("of processes that an instance started are added to its CPU", () => {
    const dir = record({ ...single, faults: false });
    const [t, x] = [
      [start, start + 6000],
      [0, 600],
    ];
    lived(dir, "cpu.time", [{ ...instance(0, 1), t, x }]);
    expect(number(scalar(dir, "cpu.cores"))).toBeCloseTo(0.1, 9);
    const alone = number(scalar(dir, "cpu.per-request"));
    series(dir, "cpu.children", [{ ...instance(0, 1), t, x: x.map((it) => 2 * it) }]);
    expect(number(scalar(dir, "cpu.cores"))).toBeCloseTo(0.3, 9);
    expect(number(scalar(dir, "cpu.per-request"))).toBeCloseTo(3 * alone, 9);
  });

  test("of a group that outlives a process go on", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "cgroup.oom-kills", [
      { ...instance(0, 1), t: [start - 500, start + 500], x: [1, 2] },
      { ...instance(0, 2), t: [start + 700, start + 5000], x: [2, 2] },
    ]);
    expect(number(scalar(dir, "oom.kills"))).toBe(1);
    lived(dir, "cgroup.oom-kills", [
      { ...instance(0, 1), t: [start - 500, start + 500], x: [0, 1] },
      { ...instance(0, 2), t: [start + 700, start + 5000], x: [0, 1] },
    ]);
    expect(number(scalar(dir, "oom.kills"))).toBe(2);
  });

  test("of a kill that showed after the phase belong to the next phase", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "cgroup.oom-kills", [{ ...instance(0), t: [start - 500, start + 5900, start + 6100], x: [0, 0, 1] }]);
    expect(number(scalar(dir, "oom.kills"))).toBe(0);
  });

  test("throttled periods are a share of periods", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "cgroup.periods", [{ ...instance(0), t: [start, start + 6000], x: [100, 160] }]);
    lived(dir, "cgroup.throttled", [{ ...instance(0), t: [start, start + 6000], x: [7, 22] }]);
    expect(number(scalar(dir, "throttled.ratio"))).toBeCloseTo(15 / 60, 9);
    lived(dir, "cgroup.periods", [{ ...instance(0), t: [start, start + 6000], x: [100, 100] }]);
    expect(scalar(dir, "throttled.ratio").kind).toBe("absent");
  });
});

describe("garbage collection", () => {
  test("nested entries are united, not added; the longest is one entry", () => {
    const dir = record({ ...single, faults: false });
    series(dir, "gc.pause", [
      { labels: { ...instance(0).labels, kind: "major" }, t: [start + 100, start + 5990], x: [300, 60] },
      { labels: { ...instance(0).labels, kind: "weak" }, t: [start + 200, start + 350], x: [100, 100] },
    ]);
    // 100 to 450 within the first second, and 10 ms before the phase's end.
    expect(number(scalar(dir, "gc.pause.share"))).toBeCloseTo(360 / 6000, 9);
    expect(number(scalar(dir, "gc.pause.max"))).toBe(300);
  });

  test("is the mean over instances, and 0 for one that reports and never collects", () => {
    const dir = record({ ...single, faults: false });
    series(dir, "gc.pause", [{ labels: { ...instance(0).labels, kind: "minor" }, t: [start], x: [600] }]);
    lived(dir, "gc.time", [{ ...instance(1), t: [start, start + 6000], x: [0, 0] }]);
    expect(number(scalar(dir, "gc.pause.share"))).toBeCloseTo(0.05, 9);
    series(dir, "gc.pause", []);
    expect(number(scalar(dir, "gc.pause.share"))).toBe(0);
    expect(scalar(dir, "gc.pause.max")).toEqual({ kind: "absent", reason: "no collection happened in the phase" });
  });
});

describe("the heap in use", () => {
  test("is the mean over the phase and over instances, whatever became of their processes", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "heap.used", [
      { ...instance(0), t: [start - 500, start + 500, start + 1500], x: [90e6, 10e6, 20e6] },
      { ...instance(1), t: [start + 500], x: [10e6] },
      { ...instance(1, 77), t: [start + 2500, start + 6000], x: [40e6, 90e6] },
    ]);
    expect(number(scalar(dir, "heap.used"))).toBe((15e6 + 25e6) / 2);
  });
});

test.each(["gc.pause.share", "gc.pause.max", "heap.used", "page-faults.minor", "page-faults.major"])(
  "%s has no value where other processes than the one that it is read of do the work",
  (name) => {
    const dir = record({ ...single, faults: false });
    const t = [start, start + 6000];
    const labels = fullEvidence.trials[0]?.series("cpu.time").find((it) => it.labels.target === "shop")?.labels ?? {};
    const own = number(scalar(dir, "cpu.cores")) * 6000;
    series(dir, "cpu.children", [{ labels, t, x: [0, own * 0.9] }]);
    expect(scalar(dir, name).kind).toBe("value");
    series(dir, "cpu.children", [{ labels, t, x: [0, own * 1.1] }]);
    expect(scalar(dir, name)).toEqual({
      kind: "absent",
      reason: expect.stringMatching(/^it is read of the instances' own processes, which took .*cores, while others/),
    });
  },
);

describe("what a process is made of", () => {
  test("page faults are counted over all instances and their successors, by the second", () => {
    const dir = record({ ...single, faults: false });
    const counters = [
      { ...instance(0), t: [start, start + 6000], x: [100, 700] },
      { ...instance(1), t: [start, start + 3000], x: [10, 40] },
      { ...instance(1, 77), t: [start + 3000, start + 6000], x: [0, 30] },
    ];
    lived(dir, "faults.major", counters);
    series(
      dir,
      "faults.minor",
      counters.map((it) => ({ ...it, x: it.x.map((x) => x * 10) })),
    );
    expect(number(scalar(dir, "page-faults.major"))).toBeCloseTo(660 / 6, 9);
    expect(number(scalar(dir, "page-faults.minor"))).toBeCloseTo(6600 / 6, 9);
  });

  test("threads are those of the instance that had most, within the phase", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "threads", [
      { ...instance(0), t: [start - 500, start + 500, start + 6500], x: [90, 11, 80] },
      { ...instance(1), t: [start + 500], x: [14] },
    ]);
    expect(number(scalar(dir, "threads.max"))).toBe(14);
  });
});

describe("memory", () => {
  test("is held against the limit that was in force, by the instance that came closest to it", () => {
    const dir = record({ ...single, faults: false });
    const t = [start + 100, start + 1100, start + 2100];
    lived(dir, "cgroup.memory", [
      { ...instance(0), t, x: [50e6, 60e6, 40e6] },
      { ...instance(1), t, x: [90e6, 90e6, 90e6] },
      { ...instance(2), t, x: [99e6, 99e6, 99e6] },
    ]);
    series(dir, "cgroup.memory.limit", [
      { ...instance(0), t, x: [100e6, 100e6, 50e6] },
      { ...instance(1), t, x: [200e6, 200e6, 200e6] },
    ]);
    expect(number(scalar(dir, "memory.limit.share"))).toBe(0.8);
    series(dir, "cgroup.memory.peak", [{ ...instance(1), t: [start - 100, start + 5900], x: [1e6, 190e6] }]);
    expect(number(scalar(dir, "memory.limit.share"))).toBe(0.95);
    series(dir, "cgroup.memory.limit", [
      { ...instance(0), at: 1, absent: "not-applicable", reason: "no memory limit is set" },
    ]);
    expect(scalar(dir, "memory.limit.share")).toEqual({
      kind: "absent",
      reason: "not applicable: no memory limit is set",
    });
  });

  test("grows as fast as its steepest instance that lived through the phase", () => {
    const dir = record({ ...single, faults: false });
    const t = Array.from({ length: 61 }, (_, i) => start + i * 100);
    lived(dir, "rss", [
      { ...instance(0), t, x: t.map((it) => 1e6 + (it - start) * 2 + (it % 300 === 0 ? 5e5 : 0)) },
      { ...instance(1), t, x: t.map((it) => 1e6 + (it - start)) },
      { ...instance(2), t: t.slice(0, 20), x: t.slice(0, 20).map((it) => 1e6 + (it - start) * 50) },
    ]);
    expect(number(scalar(dir, "memory.slope")) / 2000).toBeCloseTo(1, 1);
  });

  test("and threads are an instance's with those of processes that it started", () => {
    const dir = record({ ...single, faults: false });
    const t = Array.from({ length: 61 }, (_, i) => start + i * 100);
    const seconds = t.filter((_, i) => i % 10 === 0);
    lived(dir, "rss", [
      { ...instance(0), t, x: t.map(() => 10e6) },
      { ...instance(1), t, x: t.map(() => 11e6) },
    ]);
    series(dir, "rss.peak", []);
    series(
      dir,
      "threads",
      [0, 1].map((i) => ({ ...instance(i), t, x: t.map(() => 11 + i) })),
    );
    expect(number(scalar(dir, "memory.peak"))).toBe(11e6);
    expect(number(scalar(dir, "threads.max"))).toBe(12);
    series(dir, "rss.children", [{ ...instance(0), t: seconds, x: seconds.map((it) => 4e6 + (it - start) * 100) }]);
    series(dir, "threads.children", [{ ...instance(0), t: seconds, x: seconds.map(() => 4) }]);
    expect(number(scalar(dir, "memory.peak"))).toBe(14.5e6);
    expect(number(scalar(dir, "memory.slope")) / 100e3).toBeCloseTo(1, 1);
    expect(number(scalar(dir, "threads.max"))).toBe(15);
  });

  test("peaks at what the kernel saw between samples, when it rose in the phase", () => {
    const dir = record({ ...single, faults: false });
    lived(dir, "rss", [{ ...instance(0), t: [start - 100, start + 100], x: [9e6, 1e6] }]);
    series(dir, "rss.peak", [{ ...instance(0), t: [start - 100, start + 5900], x: [9e6, 9e6] }]);
    expect(number(scalar(dir, "memory.peak"))).toBe(1e6);
    series(dir, "rss.peak", [{ ...instance(0), t: [start - 100, start + 5900], x: [9e6, 9.5e6] }]);
    expect(number(scalar(dir, "memory.peak"))).toBe(9.5e6);
  });
});

describe("instances", () => {
  test("are short for as long as fewer are ready than desired", () => {
    const dir = record({ ...single, faults: false });
    const labels = { target: "shop" };
    series(dir, "instances.ready", [{ labels, t: [start - 900, start + 1000, start + 3000], x: [3, 1, 3] }]);
    series(dir, "instances.desired", [{ labels, t: [start - 900, start + 2000, start + 2500], x: [3, 1, 3] }]);
    expect(number(scalar(dir, "ready.min"))).toBe(1);
    expect(number(scalar(dir, "ready.gap"))).toBe(1500);
  });

  test("of a service that somebody else runs are not known, whatever a record says of them", () => {
    const foreign = {
      kind: "http",
      name: "shop",
      url: "http://127.0.0.1:8080",
      ready: { path: "/", withinMs: 1 },
      needs: [],
    };
    const dir = record({
      ...single,
      faults: false,
      scenario: (it) => ({
        ...it,
        arms: it.arms.map((arm) => ({ ...arm, targets: [foreign as (typeof arm.targets)[0]] })),
      }),
    });
    const line = { labels: { target: "shop" }, t: [start - 900], x: [0] };
    for (const it of ["instances.ready", "instances.desired"]) series(dir, it, [line]);
    for (const it of ["ready.min", "ready.gap", "restarts"])
      expect(scalar(dir, it)).toEqual({ kind: "absent", reason: "shop is not started by us" });
  });

  test("that were started again are counted in the phase of their start", () => {
    expect(number(scalar(full, "restarts", { phase: "kill" }))).toBe(1);
    expect(number(scalar(full, "restarts"))).toBe(0);
    expect(number(scalar(full, "oom.kills", { fault: "hungry" }))).toBe(1);
  });
});

describe("recovery", () => {
  test("that was not seen is worst, with the time it took at least", () => {
    const dir = record({
      ...single,
      scenario: (it) => ({
        ...it,
        phases: it.phases.map((phase) => (phase.name === "kill" ? { ...phase, durationMs: 1500 } : phase)),
      }),
    });
    expect(scalar(dir, "recovery.time", { fault: "one-dies" })).toMatchObject({ kind: "worst", atLeast: 1195 });
  });
  test("of a fault that did not land is absent", () => {
    const dir = record({ ...single, notLanded: ["one-dies"] });
    expect(scalar(dir, "recovery.time", { fault: "one-dies" })).toMatchObject({ kind: "absent" });
    expect(scalar(dir, "effect.delay", { fault: "one-dies" })).toMatchObject({ kind: "absent" });
  });
});
