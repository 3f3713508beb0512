/** What the run ran on, and in what it does not hold together. */
import type { Evidence } from "../evidence/evidence.ts";

export interface EnvironmentFact {
  readonly name: string;
  readonly value: string;
  /** The other values seen in this run; null when they are all alike. */
  readonly differs: string | null;
}

/** Facts of run.json, then those that trials may differ in. */
export function environment({ run, events }: Evidence): readonly EnvironmentFact[] {
  const facts = { ...run.environment, node: run.versions.node, shakedown: run.versions.shakedown };
  return [...Object.entries(facts).map(([name, value]) => ({ name, value, differs: null })), ...confinements(events)];
}

function confinements(events: Evidence["events"]): EnvironmentFact[] {
  const ready = events.filter((it) => it.type === "target.ready");
  return [...Map.groupBy(ready, (it) => it.target)].map(([target, all]) => {
    const [first = "none", ...others] = new Set(all.map((it) => it.confinement));
    return { name: `limits of ${target}`, value: first, differs: others.length > 0 ? others.join(", ") : null };
  });
}
