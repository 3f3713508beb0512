/** The calibration of the history detectors as a whole: what is measured, what it must reach, and its Markdown. */
import {
  falseChanges,
  type LookKind,
  type Looks,
  leastPower,
  levels,
  nightlyLooks,
  type Power,
  power,
  type Rate,
  scanSeconds,
  share,
  tolerated,
} from "./history.ts";

/** Series of each kind: two minutes of CPU in all. */
const size = { stable: 5000, others: 1000, shifted: 600, nightly: 150 };
const MOST_SECONDS = 10;

interface HistoryCalibration {
  readonly rows: readonly Row[];
  /** CPU time for 100 series of 500 nights. */
  readonly scanSeconds: number;
}

interface Row {
  readonly carried: number;
  readonly most: number;
  readonly stable: Rate;
  readonly shorter: Rate;
  readonly longer: Rate;
  readonly lasting: Power;
  readonly passed: Power;
  readonly looks: Looks;
}

/** @param scale of the numbers of series; 1 is the calibration, less is a look */
export function calibrateHistory(scale = 1): HistoryCalibration {
  const of = (full: number): number => Math.max(20, Math.round(full * scale));
  const rows = levels.map(({ carried, most }) => ({
    carried,
    most,
    stable: falseChanges(carried, of(size.stable)),
    shorter: falseChanges(carried, of(size.others), 60),
    longer: falseChanges(carried, of(size.others), 250),
    lasting: power(carried, of(size.shifted), "lasting"),
    passed: power(carried, of(size.shifted), "passed"),
    looks: nightlyLooks(carried, of(size.nightly)),
  }));
  return { rows, scanSeconds: scanSeconds() };
}

const percent = (rate: Rate): string => (rate.of === 0 ? "none" : `${(100 * share(rate)).toFixed(1)} %`);

export function historyMarkdown(it: HistoryCalibration): string {
  const { rows } = it;
  const line = (name: string, cell: (row: Row) => string): string => `| ${name} | ${rows.map(cell).join(" | ")} |`;
  const told = (kind: LookKind): string =>
    line(
      `told of a suspect by ${kind}, once; three nights in a row`,
      ({ looks }) => `${percent(looks.once[kind])}; ${percent(looks.persisted[kind])}`,
    );
  return [
    "# History detectors, measured on simulated nights",
    "",
    `| lag-1 autocorrelation | ${rows.map((it) => it.carried).join(" | ")} |`,
    `|---|${rows.map(() => "---:|").join("")}`,
    line(`stable, 100 nights, one scan: any change (${rows[0]?.stable.of} series)`, (it) => percent(it.stable)),
    line("the same with 60 nights", (it) => percent(it.shorter)),
    line("the same with 250 nights", (it) => percent(it.longer)),
    line("+1.5 SD in the last 12 of 100 nights: found", (it) => percent(it.lasting.found)),
    line("+1.5 SD for 12 nights in the middle: found", (it) => percent(it.passed.found)),
    line("found in the last nights: its interval holds the night", (it) => percent(it.lasting.placed)),
    line("found in the middle: its interval holds the night", (it) => percent(it.passed.placed)),
    told("interval"),
    told("creep"),
    told("change point"),
    told("any"),
    line("and confirmed, by a second session on each night on which something was told", ({ looks }) =>
      percent(looks.confirmed),
    ),
    "",
    "Looks are those of 100 nights in which nothing changes. What they tell is a suspect until a paired confirmation agrees.",
    "",
    ...historyAims(it).map(({ met, text }) => `- ${met ? "met" : "**missed**"}: ${text}`),
    "",
  ].join("\n");
}

export function historyAims({ rows, scanSeconds }: HistoryCalibration): { met: boolean; text: string }[] {
  return [
    ...rows.map(({ carried, most, stable }) => ({
      met: share(stable) <= tolerated(most, stable.of),
      text: `false changes at ${carried}: ${percent(stable)}, at most ${100 * most} % (${(100 * tolerated(most, stable.of)).toFixed(1)} % with three standard errors)`,
    })),
    ...rows
      .filter((it) => it.carried === 0)
      .flatMap(({ lasting, passed }) => [lasting.found, passed.found])
      .map((found) => ({
        met: share(found) >= leastPower,
        text: `power ${percent(found)}, at least ${100 * leastPower} %`,
      })),
    {
      met: scanSeconds <= MOST_SECONDS,
      text: `100 series of 500 nights in ${scanSeconds.toFixed(1)} s of CPU, at most ${MOST_SECONDS} s`,
    },
  ];
}
