/** What a judgement may be given beside the evidence. */
import type { Condition } from "../../runner/record/scenario.ts";
import type { Check } from "../analyses/parts.ts";
import type { AaSession } from "../baseline/aa-session.ts";
import type { StoredBaseline } from "../baseline/format.ts";
import type { Confirmation } from "./confirmation.ts";
import type { Between } from "./control.ts";

export interface JudgeOptions {
  /** Instead of the scenario's own: the judgement is marked post hoc. */
  readonly conditions?: { readonly gates: readonly Condition[]; readonly claims: readonly Condition[] };
  /** A stored session, for gates whose other arm the run does not have. */
  readonly against?: StoredBaseline | null;
  /** What history knows of drift between sessions; nothing. */
  readonly between?: Between;
  /** Further checks of the trust section. */
  readonly checks?: readonly Check[];
  /** A/A sessions of the same baseline on the same class of host. */
  readonly calibration?: readonly AaSession[];
  /** What a second session, started to confirm a regression, found. */
  readonly confirmation?: Confirmation | null;
  /** The program as the user calls it, for the next command; `shakedown`. */
  readonly command?: string;
}
