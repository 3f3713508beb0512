/** A/A runs: the baseline as both arms, what they leave, and what they say about a run before it begins. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { type AaSessions, readAaSessions } from "../../reports/baseline/aa-session.ts";
import { detectableEffect, pairsNeeded } from "../../reports/stats/power.ts";
import { aaSessionOf, calibrationOf } from "../../reports/verdict/calibration.ts";
import { reported, transformedMargin } from "../../reports/verdict/comparison.ts";
import type { Judgement } from "../../reports/verdict/judgement.ts";
import { ALPHA, MOST_PAIRS } from "../../reports/verdict/limits.ts";
import { appendLines } from "../record/append-file.ts";
import { conditionKey } from "../record/condition-key.ts";
import { metricNamed } from "../record/metrics.ts";
import type { RunFile } from "../record/run-file.ts";
import type { Arm, Condition, Scenario } from "../record/scenario.ts";
import { messageOf, UserError } from "../shared/errors.ts";
import { counted, formatBound, formatExact, plainSpaces } from "../shared/format.ts";
import type { Cli } from "./context.ts";
import type { HistoryPlace } from "./history-place.ts";

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

/** Tells before the hours are spent which margins so many pairs can't resolve at the noise that A/A sessions measured. */
export function warnOfMargins(
  { host, quiet }: Cli,
  { gates, trials, arms, ...rest }: Scenario,
  place: HistoryPlace,
): void {
  const { sessions, problems } = aaSessionsOf(place, { gates, trials, arms, ...rest });
  for (const it of problems) host.stderr.write(`! ${relative(host.cwd, place.calibration)}: ${it}\n`);
  const calibration = calibrationOf(sessions);
  if (quiet || calibration === null || trials.count < 2) return;
  for (const gate of gates) {
    const known = calibration.spreads.get(conditionKey(gate));
    const metric = metricNamed(gate.metric);
    if (gate.margin === null || known === undefined || metric === undefined || known.spread === 0) continue;
    if ((gate.margin.kind === "relative") !== (known.scale === "ratio")) continue;
    const margin = transformedMargin({ ...known, margin: gate.margin.value });
    const detectable = detectableEffect(trials.count, ALPHA) * known.spread;
    if (detectable <= margin) continue;
    const need = pairsNeeded(margin / known.spread, ALPHA, MOST_PAIRS);
    const least = formatExact(Math.abs(reported(detectable, known)), known.scale === "ratio" ? "ratio" : metric.unit);
    const allowed = formatBound(
      { kind: "margin", value: gate.margin.value, relative: known.scale === "ratio" },
      metric.unit,
    );
    host.stderr.write(
      plainSpaces(
        `! ${gate.name}: ${counted(trials.count, "pair")} can resolve ${least}, not the margin of ${allowed}; ${need === null ? `not even ${MOST_PAIRS} pairs would` : `${need} pairs would`} (noise of ${counted(known.sessions, "A/A session")} here)\n`,
      ),
    );
  }
}
