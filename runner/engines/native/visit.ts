/** One user's visit: the request or the flow it came for, what it knows, and where it stands. */
import type { Lookup } from "../requests/compose.ts";
import type { Cookies } from "../requests/cookies.ts";
import type { Rows } from "../requests/rows.ts";
import type { Unit } from "./units.ts";

export interface Visit {
  readonly unit: Unit;
  readonly lookUp: Lookup;
  readonly vars: Map<string, string>;
  readonly cookies: Cookies;
  /** When it began. */
  readonly phase: number;
  readonly due: number;
  /** The step that it is at. */
  step: number;
  stepPhase: number;
  /** Sums over the steps that are over; NaN before the first that was sent. */
  responseMs: number;
  serviceMs: number;
}

export function beginVisit(unit: Unit, row: ReturnType<Rows["begin"]>, phase: number, due: number): Visit {
  const vars = new Map<string, string>();
  return {
    unit,
    lookUp: (it) => (it.from === "feed" ? row(it) : (vars.get(it.name) ?? "")),
    vars,
    cookies: new Map(),
    phase,
    due,
    step: 0,
    stepPhase: phase,
    responseMs: Number.NaN,
    serviceMs: Number.NaN,
  };
}

/** Index of the request that it is at. */
export const requestOf = ({ unit, step }: Visit): number => unit.steps[step]?.request as number;

/** A request of it is over, and took so long. */
export function addUp(visit: Visit, took: { readonly responseMs: number; readonly serviceMs: number }): void {
  visit.responseMs = plus(visit.responseMs, took.responseMs);
  visit.serviceMs = plus(visit.serviceMs, took.serviceMs);
}

/** What is not known adds nothing. */
const plus = (sum: number, more: number): number => (Number.isNaN(more) ? sum : Number.isNaN(sum) ? more : sum + more);
