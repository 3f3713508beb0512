/** `history`: what the nights of scenarios say together: levels, changes, suspects, and the commits to blame. */
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Blame, type Blames, between, rangesIn } from "../../../reports/history/blame.ts";
import type { ChangeReport } from "../../../reports/history/change-report.ts";
import type { HistoryLine } from "../../../reports/history/lines.ts";
import type { MetricReport } from "../../../reports/history/metric-report.ts";
import type { HistoryReport } from "../../../reports/history/report.ts";
import { renderHistoryPage } from "../../../reports/render/history/page.ts";
import { renderHistoryText } from "../../../reports/render/history/text.ts";
import { quoted } from "../../../reports/verdict/words/next.ts";
import type { Scenario } from "../../record/scenario.ts";
import { Exit, messageOf, UserError } from "../../shared/errors.ts";
import { makeFolder, namesIn, writeWhole } from "../../shared/files.ts";
import { toLine } from "../../shared/lines.ts";
import { type Cli, commandName, defaultOut } from "../context.ts";
import { worstExit } from "../exit.ts";
import { blameOf } from "../git.ts";
import { appendHistory, historyAt, reportedAt } from "../history.ts";
import { type HistoryPlace, historyPlace } from "../history-place.ts";
import { freshSeed } from "../run/night.ts";
import { loadScenarios } from "../scenarios.ts";

interface HistoryFlags {
  readonly history?: string;
  readonly hostClass?: string;
  readonly release?: string;
  readonly out?: string;
  readonly accept: readonly string[];
  readonly reject: readonly string[];
}

export async function history(cli: Cli, files: readonly string[], flags: HistoryFlags): Promise<Exit> {
  if (files.length > 1 && (flags.out !== undefined || flags.accept.length + flags.reject.length > 0)) {
    throw new UserError("--out, --accept and --reject are for one scenario", { hint: "name one scenario file" });
  }
  const scenarios = loadScenarios(cli, files, { set: [], against: "none", here: false });
  if (scenarios === null) return Exit.usage;
  const exits: Exit[] = [];
  for (const [i, { scenario }] of scenarios.entries())
    exits.push(await historyOf(cli, scenario, files[i] as string, flags));
  return worstExit(exits);
}

async function historyOf(cli: Cli, scenario: Scenario, file: string, flags: HistoryFlags): Promise<Exit> {
  const { host } = cli;
  const place = historyPlace(host, scenario, flags.history, flags.hostClass);
  if (!existsSync(place.history)) throw noHistory(cli, place, file);
  let read = historyAt(place);
  let reported = reportedAt(place, scenario, flags.release ?? null, read);
  const decided = decisions(cli, reported.report, flags);
  if (decided.length > 0) {
    const lines = [...reported.fresh, ...decided];
    appendHistory(host, place, lines);
    read = { ...read, lines: [...read.lines, ...lines] };
    reported = reportedAt(place, scenario, flags.release ?? null, read);
  }
  const { report, fresh } = reported;
  if (flags.release !== undefined && report.release === null) {
    throw new UserError(`no night of ${scenario.name} is ${flags.release}`, {
      hint: "name a tag or commit that was measured, or a run; --json lists the nights",
    });
  }
  try {
    appendHistory(host, place, fresh);
  } catch (error) {
    host.stderr.write(
      `! what was found can't be kept: ${relative(host.cwd, place.history)} could not be written (${messageOf(error)})\n`,
    );
  }
  const blames = await blamesOf(cli, scenario, report);
  const next = nextOf(cli, report, file, flags);
  const page = writePage(cli, { scenario, place, report, blames, next }, flags);
  host.stdout.write(
    cli.json
      ? toLine({ type: "history", ...report, blames, next, page })
      : renderHistoryText(report, { color: cli.color.out, blames, next, page }),
  );
  return { steady: Exit.pass, unknown: Exit.inconclusive, suspect: Exit.inconclusive, worse: Exit.regressed }[
    report.status
  ];
}

function noHistory({ host }: Cli, place: HistoryPlace, file: string): UserError {
  const others = namesIn(place.folder)
    .filter((it) => it.endsWith(".ndjson") && !it.endsWith(".calibration.ndjson"))
    .map((it) => it.slice(0, -".ndjson".length));
  const command = commandName(host);
  return new UserError(
    `${relative(host.cwd, place.history)} does not exist: no session was kept on this class of host`,
    {
      hint:
        others.length > 0
          ? `there are histories of others: ${others.join(", ")} (--host-class NAME shows one)`
          : `each ${command} run ${file} adds a line; --history says where they are, if not beside the scenario`,
    },
  );
}

/** Lines for what the operator decided; a suspicion that is accepted becomes a change first. */
function decisions({ host }: Cli, report: HistoryReport, { accept, reject }: HistoryFlags): HistoryLine[] {
  const all = report.metrics.flatMap((metric) => metric.changes.map((change) => ({ metric, change })));
  const at = host.clock.wall().toISOString();
  const lineOf = (id: string, decision: "accepted" | "rejected"): HistoryLine[] => {
    const found = all.filter((it) => it.change.id.startsWith(id));
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new UserError(
        `${found.length === 0 ? "no change" : "more than one change"} of this history is named ${id}`,
        {
          hint:
            all.length === 0
              ? "it has none"
              : `there are ${all.map(({ metric, change }) => `${change.id} (${metric.key}, ${change.state})`).join(", ")}`,
        },
      );
    }
    const { metric, change } = only;
    const run = runAt(report, change.night);
    const decided = { v: 1, type: "decision", id: change.id, series: metric.id, run, decision, at } as const;
    return decision === "accepted" && isUnwritten(change) ? [writtenNow(report, metric, change), decided] : [decided];
  };
  return [...accept.flatMap((it) => lineOf(it, "accepted")), ...reject.flatMap((it) => lineOf(it, "rejected"))];
}

const isUnwritten = ({ by }: ChangeReport): boolean => by === "look" || by === "creep";

const runAt = ({ nights }: HistoryReport, night: number): string => nights[night]?.run as string;

function writtenNow(report: HistoryReport, { id: series }: MetricReport, { id, night }: ChangeReport): HistoryLine {
  const run = runAt(report, night);
  const found = runAt(report, report.nights.length - 1);
  return {
    v: 1,
    type: "change",
    id,
    series,
    run,
    first: run,
    last: run,
    by: "operator",
    found,
    p: null,
    blockLength: null,
  };
}

async function blamesOf({ host }: Cli, { file }: Scenario, report: HistoryReport): Promise<Blames> {
  const found: Record<string, Blame> = {};
  for (const range of rangesIn(report)) found[range] = await blameOf(host, dirname(file), range);
  return found;
}

/** The command to try next, runnable as it stands. */
function nextOf(
  { host }: Cli,
  report: HistoryReport,
  file: string,
  { history: elsewhere }: HistoryFlags,
): string | null {
  const kept = elsewhere === undefined ? "" : ` --history ${quoted(elsewhere)}`;
  const run = `${commandName(host)} run ${quoted(file)}${kept}`;
  const open = report.metrics.flatMap((it) => it.changes).filter((it) => it.state === "suspect" && it.worse);
  if (open.length > 0) return `${run} --confirm --seed ${freshSeed(report)}  # a second session: does it agree?`;
  const real = report.metrics.flatMap((it) => (it.worse && it.about !== null ? [it.changes[it.about]] : []))[0];
  if (real === undefined || report.versus?.arm !== "baseline") return null;
  const range = between(report.nights, real.before, real.night);
  return range.kind === "range"
    ? `${run} --baseline-ref ${range.range.split("..")[0]?.slice(0, 12)} --no-history  # in pairs against the last night before it`
    : null;
}

interface Shown {
  readonly scenario: Scenario;
  readonly place: HistoryPlace;
  readonly report: HistoryReport;
  readonly blames: Blames;
  readonly next: string | null;
}

/** Where the page was written, from the working directory; null when it could not be, which is told. */
function writePage(
  { host }: Cli,
  { scenario, place, report, blames, next }: Shown,
  flags: HistoryFlags,
): string | null {
  const name = flags.hostClass === undefined ? "history.html" : `history-${flags.hostClass}.html`;
  const path = resolve(host.cwd, flags.out ?? join(defaultOut, scenario.name, name));
  const links = report.nights.map((it) => {
    const target = resolve(place.folder, it.report);
    return existsSync(target) ? relative(dirname(path), target).split(sep).map(encodeURIComponent).join("/") : null;
  });
  const shown = relative(host.cwd, path) || basename(path);
  try {
    makeFolder(dirname(path));
    writeWhole(path, renderHistoryPage(report, { blames, next, links }));
    return shown;
  } catch (error) {
    host.stderr.write(`${shown} could not be written: ${messageOf(error)}\n`);
    return null;
  }
}
