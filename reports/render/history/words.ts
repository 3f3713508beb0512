/** The words of a history: one table of states, and every sentence that the page and the terminal share. */
import {
  type Change,
  counted,
  formatChange,
  formatChangeRange,
  formatExact,
  formatRange,
  formatValue,
} from "../../../runner/shared/format.ts";
import { type Between, type Blame, type Blames, betweenOf } from "../../history/blame.ts";
import type { ChangeReport, ChangeState } from "../../history/change-report.ts";
import type { MetricReport, MetricState, Segment } from "../../history/metric-report.ts";
import type { Guarded } from "../../history/release.ts";
import type { HistoryReport, Night } from "../../history/report.ts";
import type { Word } from "../words.ts";

export function wordOf({ state, worse, changes, about }: MetricReport): Word {
  const better = about !== null && !worse;
  switch (state) {
    case "steady":
      return { icon: "✓", tone: "good", word: "steady" };
    case "changed":
      return better ? { icon: "✓", tone: "good", word: "better" } : { icon: "✗", tone: "bad", word: "worse" };
    case "below-release":
      return { icon: "✗", tone: "bad", word: "below release" };
    case "creeping":
      return { icon: "!", tone: better ? "none" : "open", word: better ? "creeping, better" : "creeping" };
    case "suspect":
      return { icon: "!", tone: better ? "none" : "open", word: better ? "suspect, better" : "suspect" };
    case "unknown":
      return { icon: "–", tone: "none", word: changes.length > 0 ? "new level" : "too few nights" };
    case "absent":
      return { icon: "–", tone: "none", word: "no value" };
  }
}

export const changeWords: Readonly<Record<ChangeState, string>> = {
  suspect: "suspect",
  confirmed: "confirmed",
  accepted: "accepted",
  refuted: "refuted by a second session",
};

export const statusWords: Readonly<Record<HistoryReport["status"], Word>> = {
  steady: { icon: "✓", tone: "good", word: "steady" },
  unknown: { icon: "–", tone: "none", word: "unknown" },
  suspect: { icon: "!", tone: "open", word: "suspect" },
  worse: { icon: "✗", tone: "bad", word: "worse" },
};

const ranks: Readonly<Record<MetricState, number>> = {
  changed: 0,
  "below-release": 1,
  suspect: 2,
  creeping: 3,
  absent: 5,
  unknown: 6,
  steady: 7,
};

/** What got worse first, then what got better, then all others. */
export const inOrder = (metrics: readonly MetricReport[]): MetricReport[] => {
  const rankOf = ({ state, worse, about }: MetricReport): number => (about !== null && !worse ? 4 : ranks[state]);
  return [...metrics].sort((a, b) => rankOf(a) - rankOf(b));
};

/** `2026-11-21`. */
export const dayOf = ({ at }: Pick<Night, "at">): string => at.slice(0, 10);

export const shortCommit = (commit: string): string => commit.slice(0, 8);

/** `Response time p99 · steady · checkout`, with the arm when several are followed. */
export const nameOf = ({ title, where, arm }: MetricReport, severalArms: boolean): string =>
  [title, where, severalArms ? arm : ""].filter((it) => it !== "").join(" · ");

export const hasSeveralArms = ({ metrics }: Pick<HistoryReport, "metrics">): boolean =>
  new Set(metrics.map((it) => it.arm)).size > 1;

/** A value of a series: as a change against what it is held against, else as itself. `wide` is an interval that limits its digits. */
export function valueText(
  metric: Pick<MetricReport, "versus" | "scale" | "unit">,
  value: number,
  wide: number,
): string {
  if (metric.versus === null) return formatValue(value, metric.unit, { spread: wide });
  const center = metric.scale === "ratio" ? value - 1 : value;
  return formatChange(asChange(metric, center, center - wide / 2, center + wide / 2), metric.unit);
}

const asChange = ({ scale }: Pick<MetricReport, "scale">, estimate: number, lower: number, upper: number): Change => ({
  ...{ scale, estimate, lower, upper },
});

const widthOf = ({ lower, upper }: Segment): number => (lower === null || upper === null ? 0 : upper - lower);

export const lastSegment = ({ segments }: MetricReport): Segment | undefined => segments.at(-1);

/** Digits of a single night are those of its segment's spread over the nights, which its interval is narrower than. */
export const tonightText = (metric: MetricReport, nights: number): string => {
  const tonight = metric.points.at(-1);
  const segment = lastSegment(metric);
  if (tonight === undefined || tonight.night !== nights - 1) return "–";
  return valueText(metric, tonight.value, segment === undefined ? 0 : widthOf(segment) * Math.sqrt(segment.nights));
};

interface LevelText {
  readonly mean: string;
  readonly interval: string;
}

export function levelText(metric: MetricReport, segment: Segment): LevelText {
  const mean = valueText(metric, segment.mean, widthOf(segment));
  const { lower, upper } = segment;
  if (lower === null || upper === null) return { mean, interval: "one night" };
  if (lower === upper) return { mean, interval: "the same every night" };
  if (metric.versus === null) return { mean, interval: formatRange(lower, upper, metric.unit, { like: segment.mean }) };
  const off = metric.scale === "ratio" ? 1 : 0;
  return {
    mean,
    interval: formatChangeRange(asChange(metric, segment.mean - off, lower - off, upper - off), metric.unit),
  };
}

/** `+9.0 % (8.3 % to 9.6 %)` */
export const shiftText = ({ shift }: Pick<ChangeReport, "shift">, unit: MetricReport["unit"]): string =>
  shift.lower === shift.upper || !Number.isFinite(shift.lower)
    ? formatChange({ ...shift, lower: shift.estimate, upper: shift.estimate }, unit)
    : `${formatChange(shift, unit)} (${formatChangeRange(shift, unit)})`;

/** What the state is, in a clause: since when, by how much. */
export function stateText(
  metric: MetricReport,
  { nights, release }: Pick<HistoryReport, "nights" | "release">,
): string {
  const change = metric.about === null ? undefined : metric.changes[metric.about];
  const day = (night: number): string => dayOf(nights[night] as Night);
  switch (metric.state) {
    case "steady": {
      const level = lastSegment(metric);
      return level === undefined ? "steady" : `steady for ${counted(level.nights, "night")}`;
    }
    case "changed":
      return change === undefined
        ? ""
        : `changed at ${day(change.night)} by ${shiftText(change, metric.unit)}, ${changeWords[change.state]}`;
    case "suspect":
    case "creeping": {
      if (change === undefined) return "";
      const since = nights.length - change.night;
      return `${metric.state} since ${day(change.night)} (${counted(since, "night")}): ${shiftText(change, metric.unit)}`;
    }
    case "below-release":
      return metric.release === null
        ? ""
        : `below release ${release?.name ?? ""} by ${releaseText(metric, metric.release)}`;
    case "unknown":
      return metric.needs === null
        ? ""
        : `${metric.needs.have} of the ${metric.needs.need} nights before tonight that a look needs`;
    case "absent":
      return metric.gaps.find((it) => it.night === nights.length - 1)?.because ?? "no value tonight";
  }
}

/** `+8.9 % (at least 7.1 %), allowed 5 %` */
function releaseText({ better, unit }: MetricReport, { scale, estimate, lower, margin }: Guarded): string {
  const told = (it: number): number => {
    const larger = better === "lower" ? it : -it;
    return (scale === "ratio" ? Math.expm1(larger) : larger) + 0;
  };
  const change = { scale, estimate: told(estimate), lower: told(lower), upper: told(2 * estimate - lower) };
  const allowed = Math.abs(told(margin));
  const shown = scale === "ratio" ? "ratio" : unit === "ratio" ? "points" : unit;
  return `${formatChange(change, unit)} (at least ${formatChange({ ...change, estimate: change.lower }, unit)}), allowed ${formatExact(Number(allowed.toPrecision(3)), shown)}`;
}

/** Who is to blame, in a sentence without its full stop. */
export function blameText(nights: readonly Night[], change: ChangeReport, blames: Blames): string {
  const { here, widest } = betweenOf(nights, change);
  const all = widest?.kind === "range" ? blames[widest.range] : undefined;
  const more =
    all === undefined || "problem" in all || all.first === null
      ? ""
      : `; as likely any of ${counted(all.commits, "commit")}, from ${shortCommit(all.first.commit)} on`;
  return `${sideText(here, blames)}${more}`;
}

function sideText(side: Between, blames: Blames): string {
  switch (side.kind) {
    case "unknown":
      return "no commit was recorded on one of the nights";
    case "same":
      return side.dirty
        ? `both nights ran ${shortCommit(side.commit)}, with changes that were not committed`
        : `both nights ran ${shortCommit(side.commit)}: not the code of this repository`;
    case "range":
      return rangeText(blames[side.range]) + (side.dirty ? ", with changes that were not committed" : "");
  }
}

function rangeText(blame: Blame | undefined): string {
  if (blame === undefined) return "git was not asked";
  if ("problem" in blame) return blame.problem;
  if (blame.first === null) return "the later night ran an older commit";
  const { commit, subject } = blame.first;
  return `${counted(blame.commits, "commit")}, first ${shortCommit(commit)} "${subject}"`;
}

/** Whom the values are held against, in words; empty when they stand for themselves. */
export function versusText({ versus }: Pick<HistoryReport, "versus">): string {
  if (versus === null) return "";
  return versus.ref === null ? `against ${versus.arm}` : `against ${versus.arm} ${versus.ref}`;
}

/** The whole in one sentence. */
export function headlineOf({ status, metrics, nights, release }: HistoryReport): string {
  if (nights.length === 0) return "No night was measured under the scenario as it is now.";
  const names = (list: readonly MetricReport[]): string => {
    const [first, ...more] = list.map((it) => (it.where === "" ? it.title : `${it.title} (${it.where})`));
    return more.length === 0 ? `${first}` : `${first} and ${counted(more.length, "other metric")}`;
  };
  const having = (...states: readonly MetricReport["state"][]) =>
    metrics.filter((it) => it.worse && states.includes(it.state));
  if (status === "worse") {
    const below = having("below-release");
    const changed = having("changed");
    return [
      changed.length > 0 ? `${names(changed)} got worse` : null,
      below.length > 0
        ? `${names(below)} ${below.length === 1 ? "is" : "are"} worse than release ${release?.name ?? ""}`
        : null,
    ]
      .filter((it) => it !== null)
      .join("; ")
      .concat(".");
  }
  if (status === "suspect") {
    return `${names(having("suspect", "creeping"))} may have become worse: a second session is to confirm it.`;
  }
  if (status === "unknown") return unknownText(metrics, nights);
  const known = metrics.filter((it) => it.state !== "unknown" && it.state !== "absent").length;
  return `Nothing became worse in ${counted(known, "metric")}.`;
}

/** Why nothing can be said of any metric. */
function unknownText(metrics: readonly MetricReport[], nights: readonly Night[]): string {
  const [first] = metrics;
  if (first === undefined) return "The last nights measured nothing that can be followed.";
  if (metrics.some((it) => it.state === "unknown")) return "Too few nights to say anything yet.";
  const reason = first.gaps.find((it) => it.night === nights.length - 1)?.because;
  return `No metric has a value tonight${reason === undefined ? "" : `: ${reason}`}.`;
}

/** Things about the whole that a reader should know first. */
export function noticesOf(report: HistoryReport): string[] {
  const canaries = report.metrics.filter((it) => it.canary !== null);
  const { leftOut, problems, versus } = report;
  return [
    ...(canaries.length > 0 && versus !== null
      ? [
          `${versus.arm} itself is off what its nights predict tonight (${canaries.map((it) => it.title).join(", ")}): the machine, or what all arms share, has changed`,
        ]
      : []),
    ...(leftOut > 0
      ? [
          `${counted(leftOut, "session")} measured under another load, other phases or faults ${leftOut === 1 ? "is" : "are"} left out`,
        ]
      : []),
    ...problems,
  ];
}

/** A chart for everybody who does not see it. */
export function chartText(metric: MetricReport, { nights }: Pick<HistoryReport, "nights">): string {
  const day = (night: number): string => dayOf(nights[night] as Night);
  const levels = metric.segments.map((it) => {
    const { mean, interval } = levelText(metric, it);
    return `${mean} (${interval}) from ${day(it.first)} to ${day(it.last)}`;
  });
  const changes = metric.changes.map(
    (it) => `${day(it.night)} by ${shiftText(it, metric.unit)}, ${changeWords[it.state]}`,
  );
  return [
    `${counted(metric.points.length, "night")} with a value, ${metric.gaps.length} without.`,
    `Levels: ${levels.join("; ")}.`,
    changes.length === 0 ? "No change." : `Changes: ${changes.join("; ")}.`,
  ].join(" ");
}
