/** The candidate alone, against a session that nothing ties to it: made on an older kernel. */
import type { Judgement } from "../../../reports/verdict/judgement.ts";
import { p99, recovery } from "./gates.ts";
import { regressed } from "./regressed.ts";

export const stored: Judgement = {
  ...regressed,
  run: { ...regressed.run, arms: ["candidate"] },
  verdict: "inconclusive",
  headline: "Nothing is proved worse, but 1 gate is undecided: Response time p99 of checkout in steady rose by 135 %.",
  reasons: [],
  gates: [
    {
      ...p99,
      verdict: "inconclusive",
      control: "unbridged",
      mde: null,
      mdeFail: null,
      a12: null,
      wouldChange: "Not more of the same: what is said above has to be mended first.",
      p: null,
      method: "one-sided Welch bounds of logarithms on 5 and 5 trials, now and then, rank-sum test as companion",
      tags: ["drift not controlled"],
      trials: p99.trials.map((it) => (it.arm === "baseline" ? { ...it, note: "stored" } : it)),
      because:
        "Compared with what run 20261114T0810Z-a1b measured on 2026-11-14, not with a baseline that ran beside it. The machine may have changed in between.",
    },
    { ...recovery, verdict: "pass", because: "The upper bound is inside 3 s." },
  ],
  claims: [],
  against: {
    run: "20261114T0810Z-a1b",
    arm: "candidate",
    measuredAt: "2026-11-14T08:10:02.000Z",
    trials: 5,
    bridged: false,
  },
  trust: [
    {
      status: "warning",
      title: "Baseline",
      text: "candidate of run 20261114T0810Z-a1b, measured on 2026-11-14 (5 trials, shakedown 0.1.0); nothing ran in both sessions, so drift between them is not controlled; Kernel was Linux 6.17, is Linux 6.18",
    },
    ...regressed.trust,
  ],
  environment: regressed.environment.map((it) =>
    it.name === "Kernel" ? { ...it, differs: "baseline: Linux 6.17" } : { ...it, differs: null },
  ),
  falseAlarms: {
    promised: null,
    measured: null,
    text: "Nothing ties the two sessions that are compared together: nothing is called a regression, rightly or wrongly.",
  },
  errorRate:
    "1 gate is compared with another session and nothing ties the two together: drift between the sessions is not controlled, no error rate is known, and the verdict on it is inconclusive.",
  next: null,
};
