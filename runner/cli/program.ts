/** The commands with their arguments and options. Only the command that runs is read: all together take a third of a second. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { Exit } from "../shared/errors.ts";
import type { Host } from "../shared/host.ts";
import { packageVersion } from "../shared/package.ts";
import { type Cli, commandName, defaultOut } from "./context.ts";

type Work = (work: (cli: Cli) => Promise<Exit>) => Promise<void>;

export function createProgram(host: Host, work: Work): Command {
  const program = new Command("shakedown")
    .description(
      "Load, faults and a verdict with a known error rate: one scenario in, one report and one exit code out.",
    )
    .version(packageVersion, "--version")
    .option("--json", "machine-readable: NDJSON on stdout, the verdict last")
    .option("--quiet", "no progress on stderr")
    .option("--verbose", "stack traces and details")
    .option("--no-color", "no colours (NO_COLOR and FORCE_COLOR are respected)")
    .showHelpAfterError(`(${commandName(host)} --help lists commands and options)`)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: host.stdout.write, writeErr: host.stderr.write })
    .addHelpText(
      "after",
      `
Exit codes: 0 pass, 1 regressed or failed, 2 usage or scenario, 3 inconclusive, 4 invalid,
            5 a fault could not be reverted, 6 internal error, 130/143 interrupted after undoing faults

Start with: ${commandName(host)} init "node server.mjs" && ${commandName(host)} run first.yaml`,
    );
  for (const add of commands) add(program, work);
  tellHelp(program, commandName(host));
  return program;
}

/** In the order of the help. */
const commands: readonly ((program: Command, work: Work) => void)[] = [
  init,
  validate,
  plan,
  run,
  report,
  compare,
  judge,
  baseline,
  history,
  list,
  doctor,
  recover,
  prune,
];

/** Whoever errs in a command's options reads of that command. */
function tellHelp(command: Command, called: string): void {
  for (const it of command.commands) {
    const name = `${called} ${it.name()}`;
    it.showHelpAfterError(`(${name} --help lists what it takes)`);
    tellHelp(it, name);
  }
}

function init(program: Command, work: Work): void {
  program
    .command("init")
    .description("write a first scenario, commented, for a command or a URL")
    .argument("<target>", 'a command in quotes ("node server.mjs", told its port by PORT), or a loopback URL')
    .option("--path <path>", "the path to request", "/")
    .option("--rate <rate>", "requests a second", "50/s")
    .option("--file <file>", "where to write it", "first.yaml")
    .option("--force", "overwrite an existing file")
    .action((target, options) => work(async (cli) => (await import("./commands/init.ts")).init(cli, target, options)));
}

function validate(program: Command, work: Work): void {
  program
    .command("validate")
    .description("check scenarios without running anything")
    .argument("<file...>", "scenario files")
    .addOption(set())
    .action((files, options) =>
      work(async (cli) => (await import("./commands/validate.ts")).validate(cli, files, options)),
    );
}

function plan(program: Command, work: Work): void {
  program
    .command("plan")
    .description("show what a run would do: targets, times, faults and their undo")
    .argument("<file>", "scenario file")
    .addOption(set())
    .option("--trials <n>", "trials of each arm", wholeNumber)
    .option("--seed <n>", "seed of order, arrivals and choices", wholeNumber)
    .option("--only <arm>", "of a single arm")
    .addOption(baselineRef())
    .action((file, options) => work(async (cli) => (await import("./commands/plan.ts")).plan(cli, file, options)));
}

function run(program: Command, work: Work): void {
  program
    .command("run")
    .description("run scenarios, write records, judge them, render reports")
    .argument("<file...>", "scenario files")
    .addOption(set())
    .option("--trials <n>", "trials of each arm", wholeNumber)
    .option("--seed <n>", "seed of order, arrivals and choices", wholeNumber)
    .option("--only <arm>", "run a single arm; gates that compare it with one that does not run are left out")
    .option("--out <dir>", "where records go", defaultOut)
    .option(
      "--against <file>",
      'compare with this stored baseline instead of the one beside the scenario; "none": with no stored one',
    )
    .addOption(baselineRef())
    .option("--resume <run>", "go on with an earlier run at its next block")
    .option("--aa", "run the baseline as both arms: measures how often nothing is called something, and keeps it")
    .option("--confirm", "a regression is final only when a second, independent session agrees; runs it at once")
    .option("--history <dir>", "where calibration and history are kept (default: beside the scenario)")
    .option("--no-history", "leave no line in the scenario's history")
    .addOption(inconclusive())
    .option("--yes", "agree to the plan for targets that shakedown did not start")
    .option("--plan <hash>", "agree to exactly the plan with this hash")
    .action((files, options) => work(async (cli) => (await import("./commands/run.ts")).run(cli, files, options)));
}

function report(program: Command, work: Work): void {
  program
    .command("report")
    .description("judge and render a record again")
    .argument("<run>", "a run: its folder or a file in it, its id, or the beginning of its id")
    .option("--format <formats>", "html, json, junit, md: comma-separated", "html,json,junit,md")
    .option(
      "--gates <file>",
      "judge by the gates and claims of this file instead, a scenario or only these (marked post hoc)",
    )
    .addOption(inconclusive())
    .option("--out <dir>", "where records are", defaultOut)
    .action((ref, options) => work(async (cli) => (await import("./commands/report.ts")).report(cli, ref, options)));
}

function compare(program: Command, work: Work): void {
  program
    .command("compare")
    .description("compare two records, the first as the baseline of the second")
    .argument("<runA>", "a run: its folder or a file in it, its id, or the beginning of its id")
    .argument("<runB>", "the run whose gates are judged")
    .option("--arm-a <arm>", "arm of the first (default: candidate, or the only one)")
    .option("--arm-b <arm>", "arm of the second (default: candidate, or the only one)")
    .option("--format <formats>", "also write html, json, junit, md (comma-separated) into the folder of the second")
    .option("--force", "also when load, phases, faults or hooks differ: marked, and at most inconclusive")
    .addOption(inconclusive())
    .option("--out <dir>", "where records are", defaultOut)
    .action((runA, runB, options) =>
      work(async (cli) => (await import("./commands/compare.ts")).compare(cli, runA, runB, options)),
    );
}

function judge(program: Command, work: Work): void {
  program
    .command("judge")
    .description("judge samples of your own harness: a session as JSON, many as NDJSON, or two files of Go benchmarks")
    .argument("<file...>", "a file of samples, or two outputs of go test -bench, old and new; - is stdin")
    .option("--batch", "a session on every line (NDJSON), answered on a line each, in the same order")
    .addOption(new Option("--format <format>", "how to answer").choices(["json", "text"]).default("json"))
    .option("--margin <margin>", 'of Go benchmarks: how much worse is still fine, 5% (the default) or "3 ns/op"')
    .addOption(inconclusive())
    .addHelpText(
      "after",
      `
A session, with pairs of [baseline, candidate] or with two independent samples:
  {"alpha": 0.05, "alphaFail": 0.01, "metrics": [
    {"name": "latency.p99", "unit": "ms", "better": "lower", "kind": "latency", "margin": "5%",
     "pairs": [[100.1, 101.3], [99.8, 100.2], [100.4, 100.9]]},
    {"name": "throughput", "unit": "1/s", "better": "higher", "kind": "throughput",
     "baseline": [410, 412, 408], "candidate": [409, 411, 413]}]}

Answered by one JSON object a session; the exit code is that of the worst verdict: 0 pass, 1 regressed,
3 inconclusive (--inconclusive), 2 when a session, or with --batch any of them, can't be read. docs/judge.md tells every field.`,
    )
    .action((files, options) => work(async (cli) => (await import("./commands/judge.ts")).judge(cli, files, options)));
}

function baseline(program: Command, work: Work): void {
  const baseline = program
    .command("baseline")
    .description("store what a run measured beside its scenario, or show what is stored");
  baseline
    .command("accept")
    .description("store what a run measured of one arm: later runs without a baseline arm are compared with it")
    .argument("<run>", "a run: its folder or a file in it, its id, or the beginning of its id")
    .option("--arm <arm>", "the arm to store (default: candidate, or the only one)")
    .option("--force", "also a run that regressed, failed, is invalid or was cut off")
    .option("--scenario <file>", "where the scenario is, when not where it was run from")
    .option("--out <dir>", "where records are", defaultOut)
    .action((ref, options) =>
      work(async (cli) => (await import("./commands/baseline-accept.ts")).baselineAccept(cli, ref, options)),
    );
  baseline
    .command("show")
    .description("what is stored: where from, when, in which environment, and what it measured")
    .argument("<scenario>", "a scenario file, or a stored baseline")
    .action((scenario) =>
      work(async (cli) => (await import("./commands/baseline-show.ts")).baselineShow(cli, scenario)),
    );
}

function history(program: Command, work: Work): void {
  program
    .command("history")
    .description(
      "what the nights of scenarios say together: levels, changes, suspects, the commits to blame, and a page of it",
    )
    .argument("<scenario...>", "scenario files")
    .option("--history <dir>", "where histories are kept (default: beside the scenario)")
    .option("--host-class <name>", "the history of another class of hosts than this one")
    .option(
      "--release <name>",
      "hold against this tag, commit or run (default: the last version tag that was measured)",
    )
    .addOption(repeated("--accept <id>", "a change is real (repeatable)"))
    .addOption(repeated("--reject <id>", "there is no such change (repeatable)"))
    .option("--out <file>", "where the page goes (default: history.html in the scenario's folder of results)")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing became worse, 1 it did (accepted, confirmed, or below the release),\n            3 something is suspect, or nothing is known",
    )
    .action((files, options) =>
      work(async (cli) => (await import("./commands/history.ts")).history(cli, files, options)),
    );
}

function list(program: Command, work: Work): void {
  program
    .command("list")
    .description("list scenarios' runs, newest first")
    .option("--out <dir>", "where records are", defaultOut)
    .action((options) => work(async (cli) => (await import("./commands/list.ts")).list(cli, options)));
}

function doctor(program: Command, work: Work): void {
  program
    .command("doctor")
    .description("what works on this machine, what does not, and how to mend it")
    .action(() => work(async (cli) => (await import("./commands/doctor.ts")).doctor(cli)));
}

function recover(program: Command, work: Work): void {
  program
    .command("recover")
    .description("undo what a killed harness left behind")
    .option("--all", "also end processes of runs that left no lease")
    .action((options) => work(async (cli) => (await import("./commands/recover.ts")).recover(cli, options)));
}

function prune(program: Command, work: Work): void {
  program
    .command("prune")
    .description("delete raw tool output, or whole records, of old runs")
    .option("--out <dir>", "where records are", defaultOut)
    .option("--keep <n>", "runs of each scenario to keep untouched", wholeNumber, 10)
    .option("--whole", "delete whole records instead of their raw output")
    .option("--dry-run", "only say what would go")
    .action((options) => work(async (cli) => (await import("./commands/prune.ts")).prune(cli, options)));
}

const set = () =>
  repeated("--set <path=value>", "override a field: dotted path, or JSON Pointer when keys have dots (repeatable)");

const repeated = (flags: string, description: string) =>
  new Option(flags, description)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([] as readonly string[], "none");

const baselineRef = () =>
  new Option("--baseline-ref <ref>", "run the baseline arm from a git worktree of this commit, tag or branch");

const inconclusive = () =>
  new Option("--inconclusive <as>", "exit with 0 or with 1 for an inconclusive verdict (default: with 3)").choices([
    "pass",
    "fail",
  ]);

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("a whole number was expected");
  return Number(text);
}
