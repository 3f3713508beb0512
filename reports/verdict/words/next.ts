/** The command to try next, runnable as it stands: what it is for follows as a shell comment. */
import type { RunFile } from "../../../runner/record/run-file.ts";
import { formatDuration, plainSpaces } from "../../../runner/shared/format.ts";
import type { Finding, RunSummary, Verdict } from "../judgement.ts";

interface Situation {
  readonly verdict: Verdict;
  readonly run: RunFile;
  readonly summary: RunSummary;
  readonly gates: readonly Finding[];
  /** The host was too noisy to decide: more trials beside the same noise decide nothing. */
  readonly noisy: boolean;
  /** An arm failed in all of its trials: a second run would only agree. */
  readonly broken: boolean;
  /** The program as the user calls it. */
  readonly command: string;
}

export function nextOf({ verdict, run, summary, gates, noisy, broken, command }: Situation): string | null {
  const resume = `${again(run, command, ["--trials", "--resume"])} --resume ${quoted(run.id)}`;
  if (summary.status === "failed" || ((verdict === "failed" || verdict === "invalid") && broken))
    return `${again(run, command, ["--resume"])}  # again, once what it failed for is mended`;
  if (verdict === "invalid") return `${command} doctor  # what this machine can and can't do; then run it again`;
  if (noisy) return `${again(run, command, ["--resume"])}  # once more, while nothing else keeps this machine busy`;
  if (verdict === "regressed" || verdict === "failed") {
    // A second session has agreed, or this is the second one.
    if (run.purpose === "confirm" || gates.some((it) => it.tags.includes("confirmed"))) return null;
    return `${again(run, command, ["--seed", "--resume"])} --seed ${summary.seed + 1}  # an independent second run: does it agree?`;
  }
  if (summary.status !== "completed" && summary.blocks.done < summary.blocks.planned)
    return `${resume}  # goes on at the next block`;
  if (verdict === "pass") return null;
  // Blocks beyond the registered looks would decide at a level that is spent already.
  if (run.scenario.trials.looks !== undefined) return null;
  const open = gates.filter((it) => !it.advisory && it.verdict === "inconclusive");
  const needs = open.map((it) => it.pairsNeeded).filter((it) => it !== null);
  if (needs.length === 0) return null;
  const trials = Math.max(...needs);
  const each = summary.durationMs / Math.max(1, summary.blocks.done);
  const time = plainSpaces(formatDuration(each * trials));
  const what =
    open.length === 1
      ? "the open gate"
      : needs.length === open.length
        ? "the open gates"
        : `${needs.length} of ${open.length} open gates`;
  // Not this one with more trials: to add trials until it decides would double the chance of a false verdict.
  const fresh = again(run, command, ["--trials", "--seed", "--resume"]);
  return `${fresh} --trials ${trials} --seed ${summary.seed + 1}  # a new run, likely to decide ${what}, about ${time}`;
}

/** The command of the run, as it was typed but without some of its options, each of which takes a value. */
export function again(run: RunFile, command: string, without: readonly string[]): string {
  const typed = run.command.slice(run.command.indexOf("run") + 1);
  const kept = typed.filter((it, i) => !without.includes(it) && !without.includes(typed[i - 1] ?? ""));
  return [command, "run", ...(kept.length > 0 ? kept : [run.scenario.file]).map(quoted)].join(" ");
}

/** A word of a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
