/** What a user comes for: a single request, or a flow of several. */
import type { LoadSpec, RequestSpec, ThinkSpec } from "../../record/scenario.ts";
import { bodyOf } from "../requests/answer-body.ts";
import { checker, expectsStatus } from "../requests/check.ts";
import { composer, type Lookup, referencesOf } from "../requests/compose.ts";
import { extractor } from "../requests/extract.ts";
import { Code } from "../worker/recorder.ts";
import type { Answer } from "./answer.ts";
import type { Rendered } from "./pool.ts";

export interface Unit {
  /** Its number among flows; null for a single request. */
  readonly flow: number | null;
  readonly weight: number;
  readonly steps: readonly Step[];
}

interface Step {
  /** Index of the request. */
  readonly request: number;
  /** One after the other, between the step before and this one. */
  readonly think: readonly ThinkSpec[];
}

export function unitsOf({ requests, flows = [] }: LoadSpec): readonly Unit[] {
  const single = requests.flatMap(({ weight }, request): Unit[] =>
    weight > 0 ? [{ flow: null, weight, steps: [{ request, think: [] }] }] : [],
  );
  const indices = new Map(requests.map((it, i) => [it.name, i]));
  const several = flows.map(({ weight, steps }, flow): Unit => {
    const out: Step[] = [];
    let think: ThinkSpec[] = [];
    for (const it of steps) {
      if ("think" in it) think.push(it.think);
      else {
        out.push({ request: indices.get(it.request) as number, think });
        think = [];
      }
    }
    return { flow, weight, steps: out };
  });
  return [...single, ...several];
}

/** A request made ready to be sent and to have its answers looked into. */
export interface Ready {
  readonly spec: RequestSpec;
  /** Null when it is made anew each time. */
  readonly always: Rendered | null;
  readonly compose: ((lookUp: Lookup) => RequestSpec) | null;
  readonly reads: boolean;
  /** The outcome of an answer, and the check that it failed; what is extracted goes into `vars`. */
  readonly judge: (
    answer: Answer,
    outcome: number,
    lookUp: Lookup,
    vars: Map<string, string>,
  ) => { readonly outcome: number; readonly failed: string | null };
}

export function readyRequests(load: LoadSpec, rendering: (request: RequestSpec) => Rendered): readonly Ready[] {
  const inHeaders = new Set(
    load.requests
      .flatMap(referencesOf)
      .flatMap((it) => (it.inHeader && it.reference.from === "vars" ? [it.reference.name] : [])),
  );
  // The answer to a step's request may set cookies for the next ones.
  const steps = new Set(
    (load.flows ?? []).flatMap((it) => it.steps.flatMap((step) => ("request" in step ? [step.request] : []))),
  );
  return load.requests.map((spec): Ready => {
    const { check = [], extract = [] } = spec;
    const compose = composer(spec);
    const failing = checker(check);
    const missing = extractor(extract, inHeaders);
    return {
      spec,
      always: compose === null ? rendering(spec) : null,
      compose,
      reads: check.length > 0 || extract.length > 0 || steps.has(spec.name),
      judge: (answer, outcome, lookUp, vars) => {
        if (outcome !== Code.ok && !expectsStatus(check, answer.status)) return { outcome, failed: null };
        const body = bodyOf(answer);
        const failed = failing(answer, body, lookUp) ?? missing(answer, body, vars);
        return { outcome: failed === null ? Code.ok : Code.check, failed };
      },
    };
  });
}
