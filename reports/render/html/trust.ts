/** Can this run be trusted: one line per check, and the answer in words before them. */

import { counted } from "../../../runner/shared/format.ts";
import type { Judgement } from "../../verdict/judgement.ts";

export interface TrustView {
  readonly answer: { readonly tone: string; readonly icon: string; readonly word: string };
  readonly checks: readonly {
    readonly tone: string;
    readonly word: string;
    readonly title: string;
    readonly text: string;
  }[];
}

const tones = {
  ok: { tone: "good", word: "fine" },
  warning: { tone: "open", word: "remark" },
  invalid: { tone: "bad", word: "invalid" },
} as const;

export function trustView({ trust }: Judgement): TrustView {
  const having = (status: "warning" | "invalid") => trust.filter((it) => it.status === status).length;
  return {
    answer: answer(trust, having("invalid"), having("warning")),
    checks: trust.map(({ status, title, text }) => ({ ...tones[status], title, text })),
  };
}

function answer(checks: Judgement["trust"], invalid: number, warnings: number): TrustView["answer"] {
  if (checks.length === 0) return { tone: "open", icon: "!", word: "unknown, nothing was checked" };
  if (invalid > 0) return { tone: "bad", icon: "✗", word: `no, ${counted(invalid, "check")} failed` };
  if (checks.some((it) => it.inconclusive)) return { tone: "open", icon: "~", word: "at most inconclusive" };
  if (warnings > 0)
    return { tone: "good", icon: "✓", word: `yes, with ${warnings === 1 ? "one remark" : `${warnings} remarks`}` };
  return { tone: "good", icon: "✓", word: "yes" };
}
