/** `judge`: samples in, judgement out, for people with a harness of their own. The record is left out, the verdict is the same. */
import { createReadStream, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { renderSamples, samplesJson } from "../../../reports/render/samples.ts";
import { ALPHA, ALPHA_FAIL } from "../../../reports/verdict/inference/limits.ts";
import { judgeSamples } from "../../../reports/verdict/samples/judge.ts";
import type { SampleJudgement } from "../../../reports/verdict/samples/judgement.ts";
import type { Margin } from "../../record/scenario.ts";
import { type Diagnostic, renderDiagnostics } from "../../scenario/document/diagnostics.ts";
import { Exit, hasCode, messageOf, UserError } from "../../shared/errors.ts";
import { toLine } from "../../shared/lines.ts";
import { parsePercent } from "../../shared/quantities.ts";
import type { Cli } from "../context.ts";
import { verdictExit, worstExit } from "../exit.ts";
import { amountIn } from "../samples/amount.ts";
import { compareGoBenchmarks, type GoBenchmarks, parseGoBenchmarks } from "../samples/go-bench.ts";
import { readSession } from "../samples/session.ts";

interface Flags {
  readonly batch?: boolean;
  readonly format: "json" | "text";
  readonly margin?: string;
  readonly inconclusive?: "pass" | "fail";
}

export async function judge(cli: Cli, files: readonly string[], flags: Flags): Promise<Exit> {
  const [first, second, third] = files;
  if (third !== undefined)
    throw new UserError(`${files.length} files are too many`, {
      hint: "one file of samples, or two of Go benchmarks: old and new",
    });
  if (second !== undefined) return judgeGo(cli, [first as string, second], flags);
  if (flags.margin !== undefined)
    throw new UserError("--margin goes with two files of Go benchmarks", {
      hint: "samples carry a margin for each metric",
    });
  return flags.batch === true ? judgeLines(cli, first as string, flags) : judgeOne(cli, first as string, flags);
}

async function judgeOne(cli: Cli, file: string, flags: Flags): Promise<Exit> {
  const source = await textOf(cli, file);
  if (/^(?:goos|goarch|pkg|Benchmark)/m.test(source) && !source.trimStart().startsWith("{"))
    throw new UserError(`${nameOf(file)} is Go benchmark text: a verdict compares two files`, {
      hint: "shakedown judge old.txt new.txt",
    });
  const read = readSession(source, nameOf(file));
  if (!read.ok) {
    cli.host.stderr.write(renderDiagnostics(read.diagnostics, cli.color.err));
    return Exit.usage;
  }
  return answer(cli, judgeSamples(read.session), flags);
}

/** A line that is no session answers in its place, so that the order holds. */
async function judgeLines(cli: Cli, file: string, flags: Flags): Promise<Exit> {
  const exits: Exit[] = [];
  /** Lines as long as none was a session. */
  let unread: string[] | null = [];
  let number = 0;
  for await (const line of linesOf(cli, file)) {
    number++;
    if (line.trim() === "") continue;
    const read = readSession(line, nameOf(file));
    unread?.push(line);
    if (read.ok) {
      unread = null;
      exits.push(answer(cli, judgeSamples(read.session), flags));
      continue;
    }
    exits.push(Exit.usage);
    const problems = read.diagnostics.map((it) => problemOf(it, number));
    const [worst] = problems;
    if (flags.format === "text")
      cli.host.stdout.write(`! line ${number} is no session: ${worst?.path ?? ""} ${worst?.message ?? ""}\n`);
    else cli.host.stdout.write(toLine({ verdict: "invalid", metrics: [], error: errorOf(problems), problems }));
  }
  if (exits.length === 0) throw new UserError(`${nameOf(file)} holds no session`, { hint: "one JSON object a line" });
  if (unread !== null && unread.length > 1 && isJson(unread.join("\n")))
    cli.host.stderr.write(`! ${nameOf(file)} is one JSON value over several lines: leave out --batch\n`);
  return worstExit(exits);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Problem {
  readonly line: number;
  readonly column: number | null;
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
}

const problemOf = ({ at, path, message, hint }: Diagnostic, line: number): Problem => ({
  ...{ line, column: at?.column ?? null, path, message, hint },
});

function errorOf([first, ...others]: readonly Problem[]): string {
  const where = `line ${first?.line}${first?.path === "" ? "" : `: ${first?.path}`}`;
  return `${where}: ${first?.message}${others.length > 0 ? ` (and ${others.length} more)` : ""}`;
}

async function judgeGo(
  cli: Cli,
  [old, now]: readonly [string, string],
  { margin = "5%", ...flags }: Flags,
): Promise<Exit> {
  if (flags.batch === true) throw new UserError("--batch takes one file", { hint: "one JSON session a line" });
  if (old === STDIN && now === STDIN)
    throw new UserError("stdin can be only one of the two", { hint: "shakedown judge old.txt - < new.txt" });
  const [before, after] = [await benchmarksOf(cli, old), await benchmarksOf(cli, now)];
  const { metrics, added, untold } = compareGoBenchmarks(before, after, marginsIn(margin, before));
  for (const it of untold)
    cli.host.stderr.write(`${nameOf(now)}:${it.line}: ${JSON.stringify(it.text)} concerns nothing that is compared\n`);
  if (added.length > 0) cli.host.stderr.write(`only in ${nameOf(now)}, not compared: ${added.join(", ")}\n`);
  return answer(cli, judgeSamples({ alpha: ALPHA, alphaFail: ALPHA_FAIL, looks: null, metrics }), flags);
}

/** By the unit: a share is for all, an amount for those that can take it. */
function marginsIn(written: string, { series }: GoBenchmarks): (unit: string) => Margin {
  const share = parsePercent(written);
  const all: Margin = { kind: "relative", value: share.ok ? share.value : 0.05 };
  const amounts = new Map([...series.values()].map(({ unit }) => [unit, amountIn(written, unit)]));
  if (share.ok ? share.value === 0 || share.value >= 1 : ![...amounts.values()].some((it) => it.ok))
    throw new UserError(`--margin takes a share, such as 5%, or an amount, such as "3 ns/op", found ${written}`, {
      hint: `above 0% and below 100%, or a number above zero in a unit of the old file: ${[...amounts.keys()].join(", ")}`,
    });
  return (unit) => {
    const amount = amounts.get(unit);
    return amount?.ok && !share.ok ? { kind: "absolute", value: amount.value } : all;
  };
}

async function benchmarksOf(cli: Cli, file: string): Promise<GoBenchmarks> {
  const found = parseGoBenchmarks(await textOf(cli, file));
  if (found.series.size === 0)
    throw new UserError(`${nameOf(file)} has no line of a Go benchmark`, {
      hint: 'two files are the output of "go test -bench . -count 10", old and new; samples as JSON come in one file',
    });
  return found;
}

function answer(cli: Cli, judgement: SampleJudgement, { format, inconclusive }: Flags): Exit {
  const { stdout } = cli.host;
  stdout.write(
    format === "text" && !cli.json
      ? renderSamples(judgement, { color: cli.color.out, width: stdout.columns })
      : toLine(samplesJson(judgement)),
  );
  return verdictExit(judgement.verdict, inconclusive);
}

const STDIN = "-";
const nameOf = (file: string): string => (file === STDIN ? "stdin" : file);

async function textOf(cli: Cli, file: string): Promise<string> {
  try {
    const bytes = file === STDIN ? await buffer(process.stdin) : readFileSync(resolve(cli.host.cwd, file));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function* linesOf(cli: Cli, file: string): AsyncGenerator<string> {
  const input = file === STDIN ? process.stdin : createReadStream(resolve(cli.host.cwd, file));
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of input) {
      const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  yield rest + decoder.decode();
}

const unreadable = (file: string, error: unknown): UserError =>
  new UserError(
    `${nameOf(file)} can't be read: ${hasCode(error, "ENOENT") ? "there is no such file" : messageOf(error)}`,
    { hint: "a file of samples, or - for stdin" },
  );
