/** `--resume`: a run goes on at its next block when it measures what it measured, where it did; else it says how it began. */
import { relative } from "node:path";
import { again } from "../../../reports/verdict/words/next.ts";
import type { Event, JournalLine } from "../../record/events.ts";
import { findRun, readJournal, readRun } from "../../record/reader.ts";
import { baselineRefFact, type RunFile } from "../../record/run-file.ts";
import type { Condition, Scenario } from "../../record/scenario.ts";
import { reopenRecord } from "../../record/writer.ts";
import { UserError } from "../../shared/errors.ts";
import type { Host } from "../../shared/host.ts";
import { refuseClaimed } from "../../undo/store.ts";
import { commandName } from "../context.ts";
import { type Begun, reachedIn } from "./begin.ts";
import { refuseOtherSearch } from "./resume-search.ts";

/** What is to be run now. */
export interface Resuming extends Pick<RunFile, "scenario" | "environment" | "command"> {
  readonly purpose?: RunFile["purpose"] | undefined;
}

/**
 * @throws UserError when the run measured something else (the scenario hash of an arm differs), on another machine, is complete, or can't
 *   be believed any more
 */
export function resumeRun(host: Host, root: string, ref: string, now: Resuming): Begun {
  const { scenario } = now;
  const dir = findRun(root, ref);
  const earlier = readRun(dir);
  refuseOther(host, earlier, now);
  const { lines } = readJournal(dir);
  // A search tries again what was spoiled.
  if (scenario.search === undefined) refuseBroken(earlier, lines);
  const from = reachedIn(lines);
  const { done } = from;
  refuseOtherSearch(earlier, scenario, lines);
  if (lines.some((it) => it.type === "look" && it.decision === "stop")) {
    throw new UserError(`run ${earlier.id} was ended by its look after ${done} blocks`, {
      hint: "what a look decided stays decided; start a new run",
    });
  }
  if (scenario.search === undefined) refuseComplete(earlier, scenario, lines, done);
  refuseClaimed(host, earlier.id);
  const record = reopenRecord(host, dir, scenario);
  const resumed: Event = {
    type: "run.resume",
    run: earlier.id,
    at: host.clock.wall().toISOString(),
    zero: record.zero,
  };
  return {
    // What is asked of a record stands in it: other gates are for `report --gates`.
    run: { ...earlier, scenario: { ...scenario, gates: earlier.scenario.gates, claims: earlier.scenario.claims } },
    record,
    first: [resumed, ...otherConditions(host, earlier, scenario)],
    from,
  };
}

/** @throws UserError when other trials would follow than those that are there */
function refuseOther(host: Host, earlier: RunFile, { scenario, environment, command, purpose }: Resuming): void {
  const { id } = earlier;
  const asItBegan = `go on with it as it began: ${again(earlier, commandName(host), ["--trials", "--seed", "--resume"])} --resume ${id}`;
  const typedOtherwise = optionsOf(earlier.command) !== optionsOf(command);
  if ((earlier.purpose === "aa") !== (purpose === "aa")) {
    throw new UserError(
      `run ${id} was begun ${earlier.purpose === "aa" ? "with --aa" : "without --aa"}: the two measure different things`,
      { hint: asItBegan },
    );
  }
  const hashes = (it: Scenario) => it.arms.map((arm) => `${arm.name} ${arm.hash}`).join("\n");
  if (hashes(earlier.scenario) !== hashes(scenario)) {
    throw new UserError(`run ${id} measured something else: ${changed(earlier.scenario, scenario)}`, {
      hint: typedOtherwise
        ? asItBegan
        : `start a new run, or take the scenario as it was: it is in run.json of that run, under "source"`,
    });
  }
  if (earlier.scenario.trials.seed !== scenario.trials.seed) {
    throw new UserError(`run ${id} was drawn from seed ${earlier.scenario.trials.seed}, not ${scenario.trials.seed}`, {
      hint: `go on with --seed ${earlier.scenario.trials.seed}, or start a new run`,
    });
  }
  const looksOf = (it: Scenario) => (it.trials.looks ?? []).join(", ");
  if (looksOf(earlier.scenario) !== looksOf(scenario)) {
    throw new UserError(
      `run ${id} registered looks at [${looksOf(earlier.scenario)}], not at [${looksOf(scenario)}]: levels are spent over the looks that were fixed before it`,
      { hint: "resume it with the looks it began with, or start a new run" },
    );
  }
  const facts = new Set([...Object.keys(environment), ...Object.keys(earlier.environment)]);
  const differ = [...facts].filter((it) => environment[it] !== earlier.environment[it]);
  if (differ.length > 0) {
    const [what, hint] = differ.every((it) => it === baselineRefFact)
      ? ["had another baseline", asItBegan]
      : ["was made elsewhere", "trials of one run share one machine; start a new run"];
    throw new UserError(
      `run ${id} ${what}: ${differ.map((it) => `${it} was ${earlier.environment[it] ?? "absent"}, is ${environment[it] ?? "absent"}`).join("; ")}`,
      { hint },
    );
  }
}

/** Options that say what is measured, as they were typed. */
function optionsOf(command: readonly string[]): string {
  const asked = ["--set", "--only", "--baseline-ref"];
  return command.flatMap((it, i) => (asked.includes(it) ? [`${it} ${command[i + 1]}`] : [])).join(" ");
}

/** `the phases of candidate changed since`; targets are what is left when no other part did. */
function changed(then: Scenario, now: Scenario): string {
  const names = ({ arms }: Scenario) => arms.map((it) => it.name).join(" and ");
  if (names(then) !== names(now)) return `it has the arms ${names(then)}, not ${names(now)}`;
  const parts = now.arms.flatMap((arm) => {
    const before = then.arms.find((it) => it.name === arm.name);
    if (before === undefined || before.hash === arm.hash) return [];
    const found = Object.entries(arm.setup ?? {}).flatMap(([part, hash]) =>
      before.setup === undefined || before.setup[part as keyof typeof before.setup] === hash ? [] : [part],
    );
    return [`${found.length === 0 ? "targets" : found.join(", ")} of ${arm.name}`];
  });
  return `${parts.join("; ")} changed since`;
}

/** A warning, in terminal, report and record, where the file asks something else than the run does. */
function otherConditions(host: Host, earlier: RunFile, scenario: Scenario): Event[] {
  const asked = ({ gates, claims }: Scenario): string => {
    const placeless = (list: readonly Condition[]) => list.map(({ at: _, ...it }) => it);
    return JSON.stringify([placeless(gates), placeless(claims)]);
  };
  if (asked(earlier.scenario) === asked(scenario)) return [];
  const file = relative(host.cwd, scenario.file);
  return [
    {
      type: "warning",
      trial: null,
      text: `gates or claims in ${file} changed since this run began: it is judged by those it began with; afterwards "${commandName(host)} report ${earlier.id} --gates ${file}" judges it by the new ones, post hoc`,
    },
  ];
}

/** @throws UserError when it stays invalid, whatever is added to it */
function refuseBroken({ id }: RunFile, lines: readonly JournalLine[]): void {
  const broken = lines.find((it) => it.type === "trial.end" && it.outcome === "broken");
  if (broken?.type !== "trial.end") return;
  throw new UserError(
    `run ${id} stays invalid: its trial ${broken.trial} broke down, which says nothing of the arm: ${broken.reason ?? "no reason recorded"}`,
    { hint: "mend that, then start a new run" },
  );
}

/** @throws UserError when all its blocks are there, or it is to have more than it was planned with */
function refuseComplete(earlier: RunFile, scenario: Scenario, lines: readonly JournalLine[], done: number): void {
  const last = lines.findLast((it) => it.type === "run.end" || it.type === "run.resume");
  if ((last?.type === "run.end" && last.status === "completed") || done >= earlier.scenario.trials.count) {
    throw new UserError(
      `run ${earlier.id} came to its end after ${done} blocks and was judged: to add trials until it decides would double the chance of a false verdict`,
      {
        hint: `start a new run with --trials ${done + 5}, or register looks before it: trials: { looks: [${done}, ${2 * done}] }`,
      },
    );
  }
  if (earlier.scenario.trials.count !== scenario.trials.count) {
    throw new UserError(
      `run ${earlier.id} was planned with ${earlier.scenario.trials.count} blocks, not ${scenario.trials.count}: how long to go on may not hang on what was seen`,
      { hint: "leave out --trials, or start a new run" },
    );
  }
}
