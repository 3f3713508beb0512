/** How a run looks while it goes: one block redrawn on a terminal, a line per phase and fault in a log, NDJSON with --json. */
import type { Progress } from "../../orchestrate/progress.ts";
import type { JournalLine } from "../../record/events.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { RecordWriter } from "../../record/writer.ts";
import { formatValue, plainSpaces } from "../../shared/format.ts";
import { toLine } from "../../shared/lines.ts";
import { type Paint, painter } from "../../shared/paint.ts";
import type { Cli } from "../context.ts";
import { unpainted } from "../tell.ts";
import type { Begun } from "./begin.ts";

interface ProgressView {
  readonly progress: (progress: Progress) => void;
  /** A line above the block. */
  readonly say: (text: string) => void;
  readonly close: () => void;
}

/** On a terminal at most twice a second. */
const redrawMs = 500;

export function followProgress(cli: Cli, run: RunFile, record: RecordWriter, from: Begun["from"]): ProgressView {
  const { host } = cli;
  const paint = painter(cli.color.err);
  const live = host.stderr.isTTY && !cli.quiet && !cli.json;
  const faults = new Map<string, string>();
  const ahead = (run.order.length - from.done) * run.scenario.arms.length;
  // Blocks that were interrupted keep their numbers.
  const numbered: Numbered = { blocks: run.order.length - from.done + from.lastBlock, trials: ahead + from.lastTrial };
  const started = host.clock.now();
  const { search } = run.scenario;
  /** What the trial of a search tries. */
  let point: string | null = null;
  let drawn = 0;
  let last = 0;
  let finished = 0;
  let current: Progress | null = null;
  let inLog = "";

  const erase = () => {
    if (drawn > 0) host.stderr.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (current === null) return;
    erase();
    const left =
      finished === 0 || search !== undefined ? null : ((host.clock.now() - started) / finished) * (ahead - finished);
    const at = point === null ? null : `trial ${current.trial}  ${point}`;
    const lines = block(run, { ...numbered, at }, current, faults, left, paint, host.stderr.columns ?? 80);
    host.stderr.write(plainSpaces(`${lines.join("\n")}\n`));
    drawn = lines.length;
  };
  const say = (text: string) => {
    if (cli.quiet) return;
    if (live) erase();
    host.stderr.write(`${unpainted(text)}\n`);
    if (live) draw();
  };

  const following = record.onEvent((line) => {
    if (cli.json) host.stdout.write(toLine(line));
    if (line.type === "trial.start") faults.clear();
    if (line.type === "trial.end") finished += 1;
    noteFault(faults, line);
    if (line.type === "search.point" && search !== undefined)
      point = `${line.purpose} ${formatValue(line.value, search.over.unit)}`;
    const text = loud(line, run.scenario.samplers.off) ?? (live ? null : quietLine(run, numbered, line));
    if (text !== null) say(text);
  });
  return {
    progress: (progress) => {
      const { trial, phase, phaseLengthMs } = progress;
      if (!live && !cli.json && inLog !== `${trial} ${phase}`)
        say(plainSpaces(`  ${phase}, ${formatValue(phaseLengthMs, "ms")}`));
      inLog = `${trial} ${phase}`;
      current = progress;
      const now = host.clock.now();
      if (!live || now - last < redrawMs) return;
      last = now;
      draw();
    },
    say,
    close: () => {
      following[Symbol.dispose]();
      erase();
      current = null;
    },
  };
}

/** What is worth a line everywhere: something went wrong. */
function loud(line: JournalLine, unwanted: readonly string[]): string | null {
  switch (line.type) {
    case "trial.end":
      return line.outcome === "ok" || line.outcome === "interrupted"
        ? null
        : `! trial ${line.trial} ${line.outcome}: ${line.reason ?? ""}`;
    case "fault.skipped":
      return `! trial ${line.trial}: ${line.fault} was not injected: ${line.reason}`;
    case "fault.not-landed":
      return `! trial ${line.trial}: ${line.fault} on ${line.target} ${line.instance} did not land: ${line.reason}`;
    case "fault.unreverted":
      return `! trial ${line.trial}: ${line.fault} on ${line.target} ${line.instance} could not be reverted: ${line.reason}`;
    case "run.end":
      return line.status === "completed"
        ? null
        : `! the run ${line.status === "failed" ? "failed" : "ended early"}: ${line.reason ?? ""}`;
    case "load.trouble":
      return `! trial ${line.trial}: connections to ${line.target} fail: ${line.reason}`;
    case "warning":
      return `! ${line.text}`;
    case "sampler.off":
      return unwanted.includes(line.sampler) ? null : `! sampler ${line.sampler} is off: ${line.reason}`;
    default:
      return null;
  }
}

/** The last numbers that blocks and trials of this run can get. */
interface Numbered {
  readonly blocks: number;
  readonly trials: number;
}

/** What a log gets, one line each. */
function quietLine(run: RunFile, numbered: Numbered, line: JournalLine): string | null {
  switch (line.type) {
    case "search.point": {
      const { search } = run.scenario;
      const at = search === undefined ? line.value : formatValue(line.value, search.over.unit);
      const known = line.known === "" ? "" : `; so far ${line.known}`;
      return plainSpaces(`${run.scenario.name}  trial ${line.trial}  ${line.purpose} at ${at}: ${line.why}${known}`);
    }
    case "search.end":
      return plainSpaces(`${run.scenario.name}  the search has ended: ${line.text}`);
    case "trial.start":
      return run.scenario.search !== undefined
        ? null
        : `${run.scenario.name}  block ${line.block} of ${numbered.blocks}  ${line.arm}  (trial ${line.trial} of ${numbered.trials})`;
    case "look":
      return line.decision === "more" || line.blocks === numbered.blocks
        ? null
        : `${run.scenario.name}  decided at the look after ${line.blocks} of ${numbered.blocks} blocks: the run ends here`;
    case "target.ready":
      // Somebody else's service has no instances of ours; what is named is our router before it.
      return line.instances === 0
        ? `  ${line.target} ready, reached through ${line.host}:${line.port}`
        : `  ${line.target} ready: ${line.instances} instance${line.instances === 1 ? "" : "s"} at ${line.host}:${line.port}`;
    case "fault.acknowledged":
      return `  ${line.fault}: landed on ${line.target} ${line.instance}, grade ${line.evidence.grade}: ${line.evidence.text}`;
    case "fault.reverted":
      return `  ${line.fault}: reverted on ${line.target} ${line.instance}`;
    case "instance.exit":
      return `  ${line.target} ${line.instance} ended (${line.signal ?? `exit ${line.code}`})`;
    default:
      return null;
  }
}

function noteFault(faults: Map<string, string>, line: JournalLine): void {
  switch (line.type) {
    case "fault.applied":
      faults.set(line.fault, "applied");
      return;
    case "fault.acknowledged":
      faults.set(line.fault, "landed");
      return;
    case "fault.reverted":
      faults.set(line.fault, "reverted");
      return;
    case "fault.skipped":
    case "fault.not-landed":
      faults.set(line.fault, "did not land");
      return;
    default:
      return;
  }
}

const barWidth = 15;

function block(
  run: RunFile,
  numbered: Numbered & { readonly at: string | null },
  at: Progress,
  faults: ReadonlyMap<string, string>,
  leftMs: number | null,
  paint: Paint,
  columns: number,
): string[] {
  const done = Math.round((at.elapsedMs / Math.max(1, at.lengthMs)) * barWidth);
  const pairs = run.scenario.arms.length === 2 ? "pair" : "block";
  const left = leftMs === null ? "" : `   ${formatValue(leftMs, "ms")} left`;
  const second = [
    `${at.due}/s due${at.dropped > 0 ? `, ${at.dropped} dropped` : ""}`,
    at.p99 === null ? null : `p99 ${formatValue(at.p99, "ms")}`,
    at.failedRatio === null ? null : `failed ${formatValue(at.failedRatio, "ratio")}`,
    ...at.targets.map((it) => `${it.name} ${it.ready} of ${it.desired} ready`),
    ...[...faults].map(([name, state]) => `${name}: ${state}`),
  ].filter((it) => it !== null);
  const phase = `${at.phase} ${Math.floor(at.phaseElapsedMs / 1000)} of ${Math.round(at.phaseLengthMs / 1000)} s`;
  const first: Part[] = [
    [run.scenario.name, "bold"],
    [`  ${numbered.at ?? `${pairs} ${at.block} of ${numbered.blocks}  ${at.arm}`}  ${"█".repeat(done)}`],
    ["░".repeat(barWidth - done), "none"],
    [`  ${phase}${left}`],
  ];
  return [first, [[second.join("   ")] as const]].map((it) => clipped(it, columns, paint));
}

type Part = readonly [text: string, style?: Parameters<Paint>[1]];

/** A line that wraps would take two rows on the terminal, and erasing it would leave one. */
function clipped(parts: readonly Part[], columns: number, paint: Paint): string {
  const length = parts.reduce((sum, [text]) => sum + text.length, 0);
  const fits = length <= columns;
  let room = fits ? length : Math.max(0, columns - 1);
  const shown = parts.map(([text, style]) => {
    const kept = text.slice(0, room);
    room -= kept.length;
    return style === undefined ? kept : paint(kept, style);
  });
  return `${shown.join("")}${fits ? "" : "…"}`;
}
