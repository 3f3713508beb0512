/** Did the trials come to their end, and under the same limits? Failed ones are outcomes of their arm; broken ones are the harness's. */
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { plannedBlocks } from "../../evidence/planned.ts";
import type { Check } from "../parts.ts";

/** How the check of the trials is called. */
export const TRIALS = "Trials";

/** invalid when the harness broke a trial: which trials it breaks may depend on what they were about to show. */
export function trialsCheck(evidence: Evidence): Check {
  const { run, trials, events } = evidence;
  const of = (outcome: TrialEvidence["outcome"]) => trials.filter((it) => it.outcome === outcome);
  const failed = run.scenario.arms.flatMap(({ name }) => {
    const count = of("failed").filter((it) => it.arm === name).length;
    return count > 0 ? [`${count} of ${name} failed`] : [];
  });
  const broken = [...Map.groupBy(of("broken"), (it) => it.reason ?? "no reason recorded")].map(
    ([reason, all]) =>
      `${all.map((it) => `trial ${it.index} (${it.arm})`).join(", ")} broke down, which says nothing of the arm: ${reason}`,
  );
  const cut = trials.length - of("ok").length - of("failed").length - of("broken").length;
  const ended = `${of("ok").length} of ${plannedBlocks(evidence) * run.scenario.arms.length} planned trials came to their end`;
  const look = events.find((it) => it.type === "look" && it.decision === "stop" && it.blocks < run.order.length);
  const early =
    look?.type === "look" ? [`a look decided the run after ${look.blocks} of ${run.order.length} blocks`] : [];
  return {
    status: broken.length > 0 ? "invalid" : failed.length > 0 || cut > 0 ? "warning" : "ok",
    title: TRIALS,
    text: [...broken, ended, ...early, ...failed, ...(cut > 0 ? [`${cut} cut off`] : [])].join("; "),
  };
}

/**
 * Arms may declare different limits; trials of one arm, and arms that declare the same, must run under the same kind. A limit that the
 * harness stood in for is told. Null when there is nothing to tell.
 */
export function confinementCheck({ run, trials }: Evidence): Check | null {
  const seen = trials.flatMap((trial) =>
    trial.events
      .filter((it) => it.type === "target.ready")
      .map(({ target, confinement }) => ({ trial, target, confinement, limits: limitsOf(run, trial.arm, target) })),
  );
  const mixed = [...Map.groupBy(seen, (it) => JSON.stringify([it.target, it.limits])).values()].flatMap((alike) => {
    const kinds = [...Map.groupBy(alike, (it) => it.confinement)];
    if (kinds.length < 2) return [];
    const told = kinds.map(([kind, [first]]) => `${kind} in trial ${first?.trial.index}`);
    return [`limits of ${alike[0]?.target} were enforced by ${told.join(", by ")}`];
  });
  if (mixed.length > 0) {
    return {
      status: "invalid",
      title: "Limits",
      text: `${mixed.join("; ")}: trials under different limits are not comparable`,
    };
  }
  const emulated = new Set(seen.filter((it) => it.confinement === "emulated").map((it) => it.target));
  if (emulated.size === 0) return null;
  const whose = [...emulated].join(" and ");
  const how = "the harness read the resident set and killed above the limit: shared pages count, page cache does not";
  return {
    status: "warning",
    title: "Limits",
    text: `the memory limit of ${whose} was emulated, no cgroup held it; ${how}`,
  };
}

function limitsOf({ scenario }: Evidence["run"], arm: string, target: string): unknown {
  const spec = scenario.arms.find((it) => it.name === arm)?.targets.find((it) => it.name === target);
  return spec?.kind === "process" ? spec.limits : null;
}
