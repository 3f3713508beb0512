/** Abort rules: a bound on the live load that ends a trial when it is broken for long enough; also what "steady" means before a fault. */
import type { LoadSession } from "../engines/engine.ts";
import { metricNamed } from "../record/metrics.ts";
import type { Outcome } from "../record/outcomes.ts";
import type { AbortRule } from "../record/scenario.ts";
import { formatExact, formatValue, plainSpaces } from "../shared/format.ts";

interface Broken {
  readonly rule: AbortRule;
  readonly value: number;
  readonly limit: number;
}

/** Bins are told once a second. */
const windowMs = 1_000;

export interface AbortWatch {
  /** Looks at the load now; the rule that has been broken for its whole time, or null. */
  readonly look: (now: number) => Broken | null;
  /** The first rule whose bound is broken at this moment. */
  readonly brokenNow: () => Broken | null;
}

/** `timeoutMs` is the load's: a request that will time out says so only then, so ratios look back that much further. */
export function watchAbort(
  rules: readonly AbortRule[],
  session: Pick<LoadSession, "recent">,
  timeoutMs: number,
): AbortWatch {
  const since = new Map<AbortRule, number>();
  const check = (rule: AbortRule): Broken | null => {
    const value = liveValue(rule.metric, session, timeoutMs);
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

/** `errors.ratio was above 50 %`; a rule has one bound. */
export function boundInWords(
  { metric, max, min }: Pick<AbortRule, "metric" | "max" | "min">,
  verb: "is" | "was",
): string {
  const unit = metricNamed(metric)?.unit ?? "count";
  const bound = max === null ? `below ${formatExact(min ?? 0, unit)}` : `above ${formatExact(max, unit)}`;
  return plainSpaces(`${metric} ${verb} ${bound}`);
}

export const brokenInWords = ({ rule, value }: Broken): string =>
  plainSpaces(
    `${boundInWords(rule, "was")} for ${formatExact(rule.forMs, "ms")}, at last ${formatValue(value, metricNamed(rule.metric)?.unit ?? "count")}`,
  );

/** Covers `liveMetrics` of the metric registry: validation lets no other into an abort rule. */
function liveValue(metric: string, session: Pick<LoadSession, "recent">, timeoutMs: number): number | null {
  switch (metric) {
    case "errors.ratio":
      return failedRatio(session.recent(windowMs + timeoutMs).counts);
    case "dropped.ratio": {
      const { due, counts } = session.recent(windowMs);
      return due === 0 ? null : (counts.dropped ?? 0) / due;
    }
    case "latency.p50":
      return session.recent(windowMs).p50;
    case "latency.p99":
      return session.recent(windowMs).p99;
    case "throughput": {
      const { counts, heardMs } = session.recent(windowMs);
      return heardMs < windowMs ? null : ((counts.ok ?? 0) * 1000) / windowMs;
    }
    default:
      return null;
  }
}

/** Failed over all whose outcome is known: what is still in flight is neither. Null when none is known. */
export function failedRatio(counts: Readonly<Partial<Record<Outcome, number>>>): number | null {
  const known = Object.values(counts).reduce((sum, it) => sum + it, 0);
  return known === 0 ? null : 1 - (counts.ok ?? 0) / known;
}
