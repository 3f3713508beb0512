/** What was decided of a hypothesis, before it is a finding. */
import { capitalized } from "../../../runner/shared/format.ts";
import type { Finding } from "../judgement.ts";

export type Decided = Pick<
  Finding,
  "verdict" | "because" | "wouldChange" | "method" | "tags" | "p" | "pairsNeeded" | "mde" | "mdeFail"
>;

export const sentence = (text: string): string => `${capitalized(text)}.`;
