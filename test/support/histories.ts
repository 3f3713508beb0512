/** Whole histories made by hand, invented but plausible: what the page and the terminal are tested with. */
import { type Blame, type Blames, rangesIn } from "../../reports/history/blame.ts";
import type { HistoryLine, SessionLine } from "../../reports/history/lines.ts";
import { type HistoryReport, type ReportOptions, reportOf } from "../../reports/history/report.ts";
import type { PageOptions } from "../../reports/render/history/view.ts";
import { type FakeNights, fakeNight, shifted } from "./nights.ts";

export interface MadeHistory {
  readonly report: HistoryReport;
  readonly page: PageOptions;
}

const share = (value: number) => ({ kind: "relative", value }) as const;
const options: ReportOptions = {
  ...{ scenario: "shop-survives-a-kill", hostClass: "linux-x64-2-imaginary-2000", setups: null, release: null },
  ...{ alpha: 0.05, alphaFail: 0.01 },
  margins: new Map([
    ["latency.p99 phase=steady", share(0.1)],
    ["latency.p50 phase=steady", share(0.05)],
    ["cpu.per-request phase=steady target=shop", share(0.03)],
  ]),
};

/** 62 nights: p99 got worse, was confirmed and came back; p50 is suspect; the CPU creeps below the release; a recovery that failed twice. */
const plan: FakeNights = {
  nights: 62,
  commit: (night) => (0x1000001 * (night + 11)).toString(16).padStart(12, "a").padEnd(40, "0"),
  line: (night) => ({
    release: night === 9 ? "v1.2" : null,
    verdict: ({ 23: "regressed", 30: "inconclusive" } as const)[night] ?? "pass",
    dirty: night === 40,
  }),
  metrics: [
    { key: "latency.p99 phase=steady", value: (night) => (night < 22 ? 1 : night < 45 ? 1.09 : 0.99), level: 40 },
    { key: "latency.p50 phase=steady", value: shifted(60, 1.07), level: 12 },
    {
      key: "cpu.per-request phase=steady target=shop",
      value: (night) => 1.004 ** Math.max(0, (night - 20) / 3),
      level: 0.6,
    },
    { key: "throughput phase=steady", value: shifted(44, 1.06), level: 300 },
    {
      key: "recovery.time fault=one-dies",
      value: (night) => 100 + 30 * Math.sin(2.1 * night),
      level: 1800,
      worst: (night) => (night === 12 || night === 47 ? 1 : 0),
    },
    { key: "memory.peak phase=steady target=shop", value: () => 1, level: 60 * 2 ** 20 },
  ],
};

/** Looked at after every night; a second session after night 30 confirms what was written by then. */
function lived({ nights, ...given }: FakeNights): HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (let night = 0; night < nights; night++) {
    lines.push(fakeNight({ nights, ...given }, night));
    if (night === 30) lines.push(fakeNight({ nights, ...given }, night, "confirmation"));
    lines.push(...reportOf({ lines, problems: [] }, options).fresh);
  }
  return lines;
}

const subjects = ["Ask the price service once a line", "Turn the cache off", "Count what is sold out"];

function blamesOf(report: HistoryReport): Blames {
  return Object.fromEntries(
    rangesIn(report).map((range, i): [string, Blame] => {
      const [, after = ""] = range.split("..");
      if (i === 4) return [range, { range, problem: "git can't tell the commits between: is this clone whole?" }];
      const first = { commit: after, subject: subjects[i % subjects.length] as string };
      return [range, { range, commits: 1 + (i % 4), first }];
    }),
  );
}

function made(lines: readonly HistoryLine[], problems: readonly string[] = []): MadeHistory {
  const { report } = reportOf({ lines, problems }, options);
  return {
    report,
    page: {
      blames: blamesOf(report),
      next: "npx shakedown run scenarios/shop.yaml --confirm --seed 44  # a second session: does it agree?",
      // Records of old nights were pruned.
      links: report.nights.map((it, i) => (i < 20 ? null : `${it.run}/report.html`)),
    },
  };
}

export const eventful = made(lived(plan), ["line 12 can't be read: it is no JSON"]);

/** Three nights of one arm: nothing can be said yet. */
export const young = made(
  [0, 1, 2].map((night): SessionLine => {
    const { metrics, ...rest } = fakeNight({ ...plan, line: () => ({}) }, night);
    const own = metrics.filter((it) => it.arm === "candidate").map(({ ratio: _, ...it }) => it);
    return { ...rest, versus: null, metrics: own };
  }),
);

export const empty = made([]);

/** Everything that git and a scenario's author may write, where it may do harm. */
const harm = `</style><script>alert(1)</script><img src=x onerror=alert(2)> {{title}}{{{css}}} "'\u202e\u001b[31m`;
export const hostile: MadeHistory = {
  report: { ...eventful.report, scenario: harm, hostClass: harm, problems: [harm] },
  page: {
    ...eventful.page,
    blames: Object.fromEntries(
      Object.entries(eventful.page.blames).map(([range]) => [
        range,
        { range, commits: 2, first: { commit: "0123456789", subject: harm } },
      ]),
    ),
  },
};

/** More metrics than anybody reads, for years. */
export const large: MadeHistory = (() => {
  const [first] = eventful.report.metrics;
  if (first === undefined) throw new Error("the made history has no metric");
  const nights = Array.from(
    { length: 700 },
    (_, i) => eventful.report.nights[i % 62] as HistoryReport["nights"][number],
  );
  const points = nights.map((_, night) => ({ night, value: 1 + 0.05 * Math.sin(night), raw: 40, beside: 40 }));
  const segments = [{ ...(first.segments[0] as (typeof first.segments)[number]), first: 0, last: 699, nights: 700 }];
  const metric = { ...first, points, segments, changes: [], about: null, state: "steady" as const, worse: false };
  const metrics = Array.from({ length: 96 }, (_, i) => ({ ...metric, id: `${metric.id} ${i}` }));
  const report = { ...eventful.report, nights, metrics, groups: [] };
  return { report, page: { ...eventful.page, links: nights.map(() => "20261021T023000Z-n020/report.html") } };
})();
