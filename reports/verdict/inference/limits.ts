/** Numbers that the verdict fixes: levels, and where it stops to advise. */

/** One-sided level of passing: the chance that a change as large as the margin passes. */
export const ALPHA = 0.05;
/** Family-wise level of failing: the chance that any gate of an unchanged arm is called regressed. */
export const ALPHA_FAIL = 0.01;
/** Advice that asks for more pairs than this is no advice. */
export const MOST_PAIRS = 200;
/** An error ratio that a latency gate allows without one of its own: 0.1 percentage points. */
export const IMPLIED_ERRORS = 0.001;
/** Requests beyond a quantile that a trial must expect before that quantile may decide (research: p99 >= 1 000 requests). */
export const EXCEEDANCES = 10;
/** Arms with these names are compared with or measured, not judged. */
export const NOT_JUDGED: readonly string[] = ["baseline", "reference"];
/** Sessions of history that drift between sessions may be taken from; fewer say too little of it. */
export const SESSIONS = 8;
