/** Options of `run` that say opposite things: refused before anything is read. */
import { UserError } from "../../shared/errors.ts";
import { nothing } from "../stored.ts";

interface Asked {
  readonly aa?: boolean;
  readonly against?: string;
  readonly baselineRef?: string;
  readonly confirm?: boolean;
  readonly only?: string;
  readonly resume?: string;
}

interface Contradiction {
  readonly when: (flags: Asked) => boolean;
  readonly why: (flags: Asked) => string;
  readonly hint: string;
}

const contradictions: readonly Contradiction[] = [
  {
    when: ({ aa, only }) => aa === true && only !== undefined,
    why: ({ only }) => `--aa runs the baseline as both arms, --only ${only} one arm`,
    hint: "leave out one of them",
  },
  {
    when: ({ aa, baselineRef }) => aa === true && baselineRef !== undefined,
    why: ({ baselineRef }) =>
      `--aa runs one and the same baseline as both arms, --baseline-ref ${baselineRef} another one`,
    hint: "leave out one of them; for the rates of an old commit check it out, then --aa",
  },
  {
    when: ({ aa, against }) => aa === true && against !== undefined,
    why: () => "--aa compares the baseline with itself, --against with a stored one",
    hint: "leave out one of them",
  },
  {
    when: ({ aa, confirm }) => aa === true && confirm === true,
    why: () => "--aa runs two arms that are the same: --confirm has no regression to confirm",
    hint: "leave out one of them",
  },
  {
    when: ({ baselineRef, only }) => baselineRef !== undefined && only !== undefined && only !== "baseline",
    why: ({ baselineRef, only }) =>
      `--baseline-ref ${baselineRef} is about the baseline arm, which --only ${only} leaves out`,
    hint: "leave out --only to compare the two, or --baseline-ref to run today's alone",
  },
  {
    when: ({ baselineRef, against }) => baselineRef !== undefined && against !== undefined && against !== nothing,
    why: () => "--baseline-ref runs a baseline arm to compare with, --against stands in for one that does not run",
    hint: "leave out one of them",
  },
  {
    when: ({ resume, against }) => resume !== undefined && against !== undefined,
    why: () => "a run that goes on is compared with what it was compared with when it began",
    hint: "leave out --against",
  },
];

/** @throws UserError for the first two options that can't be had together */
export function refuseContradictions(flags: Asked): void {
  const found = contradictions.find((it) => it.when(flags));
  if (found !== undefined) throw new UserError(found.why(flags), { hint: found.hint });
}
