/** Was the load that was asked for also offered, and all of it recorded? What was due counts: drops under a healthy generator are the arm's outcome. */
import type { Phase } from "../../../runner/record/scenario.ts";
import { formatExact, formatValue } from "../../../runner/shared/format.ts";
import type { Evidence, TrialEvidence } from "../../evidence/evidence.ts";
import { durationOf } from "../measure.ts";
import type { Check } from "../parts.ts";
import { lostLines } from "./lost-lines.ts";

/** Offered over asked, of a whole trial. Random arrivals get four standard deviations more. */
const leastOffered = 0.98;
const deviations = 4;

/** Null for a load that is recorded whole and offers what the target takes, or a script wants, from workers that begin by the clock. */
export function loadCheck(evidence: Evidence, trials: readonly TrialEvidence[]): Check | null {
  const lost = trials.flatMap((it) => lostLines(it) ?? []);
  if (lost.length > 0) {
    const more = lost.length > 1 ? ` (and ${lost.length - 1} more)` : "";
    return { status: "invalid", title: "Load", text: `lines of the record are lost: ${lost[0]}${more}` };
  }
  const offers = trials
    .filter((it) => it.outcome === "ok")
    .flatMap((trial) => {
      const asked = askedOf(evidence, trial);
      if (asked === null || asked <= 0) return [];
      const { due, dropped } = arrivedIn(evidence, trial);
      return [{ trial, asked, due, dropped, share: due / asked }];
    });
  const skews = trials.flatMap((it) => it.events.flatMap((e) => (e.type === "load.done" ? (e.startSkewMs ?? []) : [])));
  const skew = Math.max(0, ...skews);
  const began = skew > 0 ? `workers began within ${formatValue(skew, "ms")}` : null;
  if (offers.length === 0) return began === null ? null : { status: "ok", title: "Load", text: began };
  const short = offers.filter((it) => it.due < leastOffered * it.asked - deviations * Math.sqrt(it.asked));
  const least = offers.reduce((a, b) => (b.share < a.share ? b : a));
  const total = (of: "asked" | "due" | "dropped") => offers.reduce((sum, it) => sum + it[of], 0);
  const seconds = offers.reduce((sum, { trial }) => sum + durationOf(trial.phases), 0) / 1000;
  const text = `${formatValue(total("due") / seconds, "1/s")} of ${formatValue(total("asked") / seconds, "1/s")} offered, ${total("dropped")} dropped${began === null ? "" : `, ${began}`}`;
  return short.length > 0
    ? {
        status: "invalid",
        title: "Load",
        text: `the generator offered less than was asked in ${short.length} of ${offers.length} trials: ${formatValue(least.share, "ratio")} in the worst (limit ${formatExact(leastOffered, "ratio")}); ${text}`,
      }
    : { status: "ok", title: "Load", text };
}

/** What came by the schedule: of a flow its first request; the others come when it is ready for them. */
function arrivedIn({ run }: Evidence, trial: TrialEvidence): { readonly due: number; readonly dropped: number } {
  const load = run.scenario.arms.find((it) => it.name === trial.arm)?.load;
  const phases = trial.phases.map((it) => it.name);
  const first = load?.flows?.flatMap(({ steps }) =>
    steps.flatMap((it) => ("request" in it ? it.request : [])).slice(0, 1),
  );
  const single = load?.requests.filter((it) => it.weight > 0).map((it) => it.name) ?? [];
  const names = first === undefined ? [null] : [...first, ...single];
  const parts = names.map((request) => trial.requests({ phases, request }));
  return {
    due: parts.reduce((sum, it) => sum + it.due, 0),
    dropped: parts.reduce((sum, it) => sum + it.counts.dropped, 0),
  };
}

/** Requests that the schedule asks for; null in a closed model, and where a script says how many an arrival is: its worker counts them. */
function askedOf({ run }: Evidence, trial: TrialEvidence): number | null {
  const { model, script } = run.scenario.arms.find((it) => it.name === trial.arm)?.load ?? {};
  if (model === undefined || script !== undefined) return null;
  const rates = trial.phases.map(({ name, start, end, rate: tried }) => {
    if (tried !== undefined) return (tried * (end - start)) / 1000;
    const declared = run.scenario.phases.find((it) => it.name === name);
    const rate = rateOf(declared?.load ?? null, model.kind === "open" ? model.rate : null);
    return rate === null ? null : (rate * (end - start)) / 1000;
  });
  return rates.some((it) => it === null) ? null : rates.reduce<number>((sum, it) => sum + (it ?? 0), 0);
}

function rateOf(load: Phase["load"], usual: number | null): number | null {
  if (load === null) return usual;
  return load.kind === "open" ? (load.from + load.to) / 2 : null;
}
