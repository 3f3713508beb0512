/** The words of the report, for whom it is the first one. */

export const glossary: readonly { readonly term: string; readonly meaning: string }[] = [
  { term: "trial", meaning: "One full pass over the phases against freshly started targets: the statistical unit." },
  { term: "arm", meaning: "One variant of what is tested, such as baseline and candidate." },
  { term: "block, pair", meaning: "One trial of every arm, in random order; a pair when there are two arms." },
  {
    term: "stored baseline",
    meaning:
      "Numbers of an earlier run, kept beside the scenario. Drift, what the machine does differently since, is taken out by an arm named reference that ran both times (bridged), or not known (unbridged: at most inconclusive).",
  },
  {
    term: "gate",
    meaning: "A condition that decides the verdict: a metric with a margin against another arm, or with a bound.",
  },
  {
    term: "claim",
    meaning: "A condition somebody stated, with its source: supported, refuted, inconclusive or not testable.",
  },
  {
    term: "margin",
    meaning: "How much worse the candidate may be. A gate passes when the whole interval is inside it.",
  },
  { term: "interval", meaning: "Where the true value lies, with one-sided bounds at 5 % each." },
  {
    term: "passes from",
    meaning:
      "The smallest margin that passes in 80 of 100 such runs where nothing changed: the minimum detectable effect at the level of passing. More than the margin: too much noise, or too few pairs, for what is asked.",
  },
  {
    term: "fails from",
    meaning:
      "The smallest true worsening that is called regressed in 80 of 100 such runs: the minimum detectable effect at the level of failing, which all gates share, and by at least the margin.",
  },
  {
    term: "trials worse (A12)",
    meaning:
      "Every trial of one arm held against every trial of the other: the share in which it was the worse one. 50 % where nothing differs.",
  },
  { term: "regressed", meaning: "Worse than the arm it is compared with: proven, and by at least the margin." },
  { term: "failed", meaning: "Outside an absolute bound: proven." },
  {
    term: "inconclusive",
    meaning: "Neither proven good nor proven bad: more pairs or less noise are needed. Never a pass.",
  },
  { term: "invalid", meaning: "The harness itself was not up to it, so that the numbers cannot be believed." },
  { term: "response time", meaning: "From the moment a request was due, so that waiting behind a stall counts." },
  { term: "service time", meaning: "From the moment a request was really sent." },
  {
    term: "landed",
    meaning: "The fault is proved at its mechanism, such as a process that is gone or a limit read back.",
  },
  {
    term: "felt",
    meaning:
      "Clients saw the fault: for two bins in a row (of 0.1 s; by k6 of 1 s) more requests failed or were slow than chance gives once in 10 000. A fault that landed and was not felt is absorbed, though single requests may have failed.",
  },
  { term: "recovered", meaning: "Normal service for 2 s after the fault was applied or, when it lasts, reverted." },
  { term: "advisory", meaning: "Reported, but never decides." },
];
