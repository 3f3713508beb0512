/** What a run may be gone on with, and what is said when it may not. */
import { expect, test } from "vitest";
import { beginRun, newRun } from "../../runner/cli/run/begin.ts";
import { type Resuming, resumeRun } from "../../runner/cli/run/resume.ts";
import { baselineRefFact } from "../../runner/record/run-file.ts";
import type { Scenario } from "../../runner/record/scenario.ts";
import { UserError } from "../../runner/shared/errors.ts";
import { cliIn } from "../support/cli.ts";
import { goodScenario, scenarioOf, withChange } from "../support/scenario-file.ts";

const scenario = scenarioOf(goodScenario);
const command = ["shakedown", "run", "shop.yaml"];
const asItWas: Resuming = { scenario, environment: {}, command };

/** A run began as `then`; it is to go on as `now`. Its warnings, or the error and its hint. */
function goingOn(then: Partial<Resuming>, now: Partial<Resuming>, ended?: "broken"): string[] {
  using cli = cliIn();
  const machine = { platform: "linux", kernel: "6.1", cpus: 2, cpuModel: "x", memory: 1 };
  const about = { ...newRun(cli.host), ...asItWas, ...then, source: "", host: machine };
  const { run, record } = beginRun(cli.host, cli.dir, about);
  if (ended !== undefined) record.journal({ type: "trial.end", trial: 1, outcome: ended, reason: "no worker" });
  record.close();
  try {
    const { first, record: again } = resumeRun(cli.host, cli.dir, record.dir, { ...asItWas, ...now });
    again.close();
    return first.flatMap((it) => (it.type === "warning" ? [it.text.replaceAll(run.id, "ID")] : []));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message, error.hint ?? ""].map((it) => it.replaceAll(run.id, "ID"));
  }
}

const only = (name: string): Scenario => ({ ...scenario, arms: scenario.arms.filter((it) => it.name === name) });

test("as it began it goes on without a word", () => {
  expect(goingOn({}, {})).toEqual([]);
});

test("what was typed otherwise when it began is what the hint types again", () => {
  const set = [...command, "--set", "load.rate=50/s"];
  const slower = scenarioOf(goodScenario, { set: ["load.rate=50/s"] });
  expect(goingOn({ scenario: slower, command: set }, {})).toEqual([
    "run ID measured something else: load of baseline; load of candidate changed since",
    "go on with it as it began: npx shakedown run shop.yaml --set load.rate=50/s --resume ID",
  ]);
  expect(goingOn({ scenario: only("candidate"), command: [...command, "--only", "candidate"] }, {})).toEqual([
    "run ID measured something else: it has the arms candidate, not baseline and candidate",
    "go on with it as it began: npx shakedown run shop.yaml --only candidate --resume ID",
  ]);
  const old = { environment: { [baselineRefFact]: "v1 (abc)" }, command: [...command, "--baseline-ref", "v1"] };
  expect(goingOn(old, {})).toEqual([
    `run ID had another baseline: ${baselineRefFact} was v1 (abc), is absent`,
    "go on with it as it began: npx shakedown run shop.yaml --baseline-ref v1 --resume ID",
  ]);
  expect(goingOn({ purpose: "aa", command: [...command, "--aa"] }, {})).toEqual([
    "run ID was begun with --aa: the two measure different things",
    "go on with it as it began: npx shakedown run shop.yaml --aa --resume ID",
  ]);
});

test("a file that changed is told with the part that did", () => {
  const hint = 'start a new run, or take the scenario as it was: it is in run.json of that run, under "source"';
  expect(goingOn({}, { scenario: scenarioOf(withChange("instances: 3", "instances: 4")) })).toEqual([
    "run ID measured something else: targets of baseline; targets of candidate changed since",
    hint,
  ]);
  expect(goingOn({ environment: { kernel: "6.1" } }, { environment: { kernel: "6.2" } })).toEqual([
    "run ID was made elsewhere: kernel was 6.1, is 6.2",
    "trials of one run share one machine; start a new run",
  ]);
});

test("gates that changed since are told, with how to judge by them; where they stand in the file is no change", () => {
  const stricter = scenarioOf(withChange("max: 5s", "max: 4s"));
  expect(goingOn({}, { scenario: stricter })).toEqual([
    expect.stringMatching(
      /^gates or claims in .*shop\.yaml changed since this run began: it is judged by those it began with; afterwards "npx shakedown report ID --gates .*shop\.yaml" judges it by the new ones, post hoc$/,
    ),
  ]);
  expect(goingOn({}, { scenario: scenarioOf(withChange("gates:\n", "gates:\n\n\n")) })).toEqual([]);
});

test("a run whose trial was broken by the harness stays invalid, so it does not go on", () => {
  expect(goingOn({}, {}, "broken")).toEqual([
    "run ID stays invalid: its trial 1 broke down, which says nothing of the arm: no worker",
    "mend that, then start a new run",
  ]);
});
