/** `--confirm`: a regression is final when an independent second session, with a seed of its own, agrees. */
import { basename } from "node:path";
import type { Confirmation } from "../../../reports/verdict/confirmation.ts";
import { keepConfirmation, readBeside } from "../beside.ts";
import type { Cli } from "../context.ts";
import { judgeAndRender } from "../reports.ts";
import { type OneRun, type Outcome, runOnce } from "./run-once.ts";

export async function confirmRegression(cli: Cli, one: OneRun, first: Outcome): Promise<Outcome> {
  const { stderr } = cli.host;
  if (first.judged?.judgement.verdict !== "regressed" || first.exits.length > 0) return first;
  const seed = one.scenario.trials.seed + 1;
  if (!cli.quiet) stderr.write(`regressed: a second session with seed ${seed} is to confirm it\n`);
  const { resume: _, ...again } = one;
  const second = await runOnce(cli, {
    ...again,
    scenario: { ...one.scenario, trials: { ...one.scenario.trials, seed } },
    command: [...withoutSeed(one.command), "--seed", String(seed)],
    stored: readBeside(first.dir).against ?? null,
    purpose: "confirm",
    night: one.night === null ? null : { ...one.night, type: "confirmation" },
  });
  const exits = [...first.exits, ...second.exits];
  const unreverted = [...first.unreverted, ...second.unreverted];
  if (second.judged === null) return { ...first, exits, unreverted };
  const { judgement } = second.judged;
  const confirmation: Confirmation = {
    run: basename(second.dir),
    verdict: judgement.run.status === "completed" ? judgement.verdict : "invalid",
    regressed: judgement.gates.filter((it) => !it.advisory && it.verdict === "regressed").map((it) => it.id),
  };
  keepConfirmation(first.dir, confirmation);
  const judged = await judgeAndRender(cli, first.dir, { formats: ["html", "json", "junit", "md"] });
  return { ...first, judged, exits, unreverted };
}

/** The first session's command, without what makes a second one of it. */
const withoutSeed = (command: readonly string[]): string[] =>
  command.filter((it, i) => it !== "--confirm" && it !== "--seed" && command[i - 1] !== "--seed");
