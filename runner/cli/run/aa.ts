/** A/A runs: the baseline as both arms, and what they leave. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { type AaSessions, readAaSessions } from "../../../reports/baseline/aa-session.ts";
import { aaSessionOf } from "../../../reports/verdict/calibration/calibration.ts";
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { appendLines } from "../../record/append-file.ts";
import { conditionKey } from "../../record/condition-key.ts";
import type { RunFile } from "../../record/run-file.ts";
import type { Arm, Condition, Scenario } from "../../record/scenario.ts";
import { messageOf, UserError } from "../../shared/errors.ts";
import type { Cli } from "../context.ts";
import type { HistoryPlace } from "../history-place.ts";

/** Gates ask what they ask, of two arms that are the same. */
export function asAa(scenario: Scenario): Scenario {
  const arm = baselineOf(scenario);
  const relative = scenario.gates.filter((it) => it.margin !== null);
  const gates = [...new Map(relative.map((it) => [conditionKey(it), alike(it)])).values()];
  if (gates.length === 0) {
    throw new UserError(
      `${scenario.name} has no gate with a margin: there is nothing that an A/A run could calibrate`,
      {
        hint: "give a gate a margin, such as { metric: latency.p50, margin: 10% }",
      },
    );
  }
  const arms = ["baseline", "candidate"].map((name) => ({ ...arm, name }));
  return { ...scenario, arms, gates, claims: [] };
}

const alike = (it: Condition): Condition => ({ ...it, arm: null, versus: "baseline" });

function baselineOf({ name, arms }: Scenario): Arm {
  const arm = arms.find((it) => it.name === "baseline") ?? (arms.length === 1 ? arms[0] : undefined);
  if (arm !== undefined) return arm;
  throw new UserError(`${name} has no arm named baseline to run twice`, {
    hint: `its arms: ${arms.map((it) => it.name).join(", ")}`,
  });
}

/** Adds what an A/A run measured, when it came to its end. */
export function keepAa({ host }: Cli, place: HistoryPlace, run: RunFile, judgement: Judgement): void {
  if (judgement.run.status !== "completed" || judgement.verdict === "invalid") {
    host.stderr.write("this A/A session is not kept: it did not come to a believable end\n");
    return;
  }
  const file = relative(host.cwd, place.calibration);
  try {
    appendLines(host, place.calibration, [aaSessionOf(judgement, baselineOf(run.scenario).hash)]);
  } catch (error) {
    host.stderr.write(`! this A/A session is not kept: ${file} could not be written (${messageOf(error)})\n`);
    return;
  }
  const { sessions } = aaSessionsOf(place, run.scenario);
  host.stderr.write(`kept as A/A session ${sessions.length} of this baseline: ${file}\n`);
}

/** Of this scenario's baseline, on this class of host. */
export function aaSessionsOf(place: Pick<HistoryPlace, "calibration">, scenario: Scenario): AaSessions {
  if (!existsSync(place.calibration)) return { sessions: [], problems: [] };
  const { sessions, problems } = readAaSessions(readFileSync(place.calibration, "utf8"));
  const hash = scenario.arms.find((it) => it.name === "baseline")?.hash ?? scenario.arms[0]?.hash;
  return { sessions: sessions.filter((it) => it.hash === hash), problems };
}
