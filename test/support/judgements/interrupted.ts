/** Ctrl-C before the first trial began: nothing is known. */
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { regressed } from "./regressed.ts";

export const interrupted: Judgement = {
  ...regressed,
  run: {
    ...regressed.run,
    status: "interrupted",
    statusReason: "Ctrl-C",
    blocks: { planned: 5, done: 0 },
    durationMs: 700,
  },
  verdict: "inconclusive",
  headline: "The run ended before its first trial did.",
  reasons: [],
  gates: [],
  claims: [],
  trust: [],
  faults: [],
  sections: [],
  timeline: null,
  table: [],
  environment: [],
  reproduce: { commands: [], source: "" },
  errorRate: "",
  how: [],
  next: null,
};
