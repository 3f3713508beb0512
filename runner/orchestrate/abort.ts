/** Abort rules: a bound on the live load that ends a trial when it is broken for long enough; also what "steady" means before a fault. */
import type { LoadSession } from "../engines/engine.ts";
import type { AbortRule } from "../record/scenario.ts";

export interface Broken {
  readonly rule: AbortRule;
  readonly value: number;
  readonly limit: number;
}

/** Readings come from whole bins, so the shortest window that says anything is one second. */
const windowMs = 1_000;

export interface AbortWatch {
  /** Looks at the load now; the rule that has been broken for its whole time, or null. */
  readonly look: (now: number) => Broken | null;
  /** The first rule whose bound is broken at this moment. */
  readonly brokenNow: () => Broken | null;
}

export function watchAbort(rules: readonly AbortRule[], session: Pick<LoadSession, "recent">): AbortWatch {
  const since = new Map<AbortRule, number>();
  const check = (rule: AbortRule): Broken | null => {
    const value = liveValue(rule.metric, session);
    if (value === null) return null;
    if (rule.max !== null && value > rule.max) return { rule, value, limit: rule.max };
    if (rule.min !== null && value < rule.min) return { rule, value, limit: rule.min };
    return null;
  };
  return {
    brokenNow: () => rules.map(check).find((it) => it !== null) ?? null,
    look: (now) => {
      for (const rule of rules) {
        const broken = check(rule);
        if (broken === null) since.delete(rule);
        else if (!since.has(rule)) since.set(rule, now);
        const start = since.get(rule);
        if (broken !== null && start !== undefined && now - start >= rule.forMs) return broken;
      }
      return null;
    },
  };
}

/** Covers `liveMetrics` of the metric registry: validation lets no other into an abort rule. */
function liveValue(metric: string, session: Pick<LoadSession, "recent">): number | null {
  const { due, counts, p50, p99 } = session.recent(windowMs);
  switch (metric) {
    case "errors.ratio":
      return due === 0 ? null : 1 - (counts.ok ?? 0) / due;
    case "dropped.ratio":
      return due === 0 ? null : (counts.dropped ?? 0) / due;
    case "latency.p50":
      return p50;
    case "latency.p99":
      return p99;
    case "throughput":
      return ((counts.ok ?? 0) * 1000) / windowMs;
    default:
      return null;
  }
}
