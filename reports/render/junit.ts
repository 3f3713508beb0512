/** junit.xml: what CI systems read. One test case per gate and per claim, and one for the run where it is not what its gates say. */
import { formatP, plainSpaces } from "../../runner/shared/format.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { byVerdict, worstOf } from "../verdict/order.ts";
import { cleaned } from "./clean.ts";
import { decidesFrom, trialsOf, whyNotKnown } from "./facts.ts";
import { findingText, hasSeveralArms, placeOf } from "./finding-text.ts";
import { escapeMarkup } from "./svg/element.ts";
import { reasonsBeside, toChange } from "./words.ts";

type Outcome = "passed" | "failure" | "error" | "skipped";

/** An advisory gate and a claim never fail a build: what is wrong with them is skipped with its message. */
const outcomes: Readonly<Record<Finding["verdict"], Outcome>> = {
  pass: "passed",
  regressed: "failure",
  failed: "failure",
  inconclusive: "skipped",
  invalid: "error",
};

interface Case {
  readonly name: string;
  readonly suite: string;
  readonly outcome: Outcome;
  readonly type: string;
  readonly message: string;
  readonly text: string;
  /** What a gate rests on, for whoever plots it. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** Well-formed XML 1.0; times are seconds. */
export function renderJunit(judgement: Judgement): string {
  const clean = cleaned(judgement);
  const { run, verdict, headline, gates, claims, falseAlarms } = clean;
  const several = hasSeveralArms([...gates, ...claims]);
  const cases = [
    ...gates.map((it) => asFarAs(verdict, gateCase(it, several))),
    ...claims.map((it) => ({ ...gateCase(it, several), suite: "claims", ...claimOutcome(it.claim) })),
    ...(verdict !== "invalid" && byVerdict(verdict, decidedBy(gates)) === 0 ? [] : [runCase(clean)]),
  ];
  const count = (outcome: Outcome) => cases.filter((it) => it.outcome === outcome).length;
  const totals = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}" time="${(run.durationMs / 1000).toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="shakedown" ${totals}>`,
    `  <testsuite name="${attribute(run.scenario)}" timestamp="${attribute(run.startedAt)}" ${totals}>`,
    ...properties(
      [
        ["verdict", verdict],
        ["headline", headline],
        ["run", run.id],
        ["seed", String(run.seed)],
        ["false alarms", falseAlarms.text],
      ],
      "    ",
    ),
    ...cases.flatMap((it) => testCase(it, run.scenario)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function gateCase(finding: Finding, several: boolean): Case {
  const { baseline, candidate, estimate, interval, allowed } = findingText(finding);
  const place = placeOf(finding, several);
  const decides = decidesFrom(finding);
  const sides = [baseline, candidate].filter((it) => it !== null).join(" → ");
  return {
    name: place === "" ? finding.title : `${finding.title} · ${place}`,
    suite: finding.advisory ? "advisory" : "gates",
    outcome: finding.advisory && finding.verdict !== "pass" ? "skipped" : outcomes[finding.verdict],
    type: finding.verdict,
    message: `${finding.verdict}: ${estimate} (${interval}), allowed ${allowed}`,
    text: [sides, finding.because, toChange(finding), ...finding.warnings].filter((it) => it !== "").join("\n"),
    properties: [
      ["estimate", estimate],
      ["interval", interval],
      ["allowed", allowed],
      ["trials", trialsOf(finding)],
      ["passes from", decides?.passes ?? `not known: ${whyNotKnown(finding)}`],
      ...(decides === null ? [] : [["fails from", decides.fails] as const]),
      ...(finding.a12 === null ? [] : [["A12", finding.a12.toFixed(2)] as const]),
      ...(finding.p === null ? [] : [["p", formatP(finding.p.adjusted)] as const]),
    ],
  };
}

const claimOutcome = (claim: Judgement["claims"][number]["claim"]): Pick<Case, "outcome" | "type"> => ({
  outcome: claim === "supported" ? "passed" : "skipped",
  type: claim,
});

const decidedBy = (gates: Judgement["gates"]): Finding["verdict"] =>
  worstOf(gates.filter((it) => !it.advisory).map((it) => it.verdict));

/** A build must not fail by a gate of a run that decides nothing: the host was too noisy. Of one that is invalid the run is the error. */
const asFarAs = (verdict: Judgement["verdict"], it: Case): Case =>
  verdict === "invalid" || (verdict === "inconclusive" && it.outcome === "failure")
    ? { ...it, outcome: "skipped" }
    : it;

/** Interrupted, nothing asked, failed trials, a noisy host, a harness that can't be believed: whatever the gates say. */
const runCase = (judgement: Judgement): Case => ({
  name: "the run",
  suite: "run",
  outcome: outcomes[judgement.verdict],
  type: judgement.verdict,
  message: judgement.headline,
  text: [...new Set([judgement.headline, ...reasonsBeside(judgement)])].join("\n"),
  properties: [],
});

const properties = (all: Case["properties"], indent: string): string[] =>
  all.length === 0
    ? []
    : [
        `${indent}<properties>`,
        ...all.map(([name, value]) => `${indent}  <property name="${name}" value="${attribute(value)}"/>`),
        `${indent}</properties>`,
      ];

/** Newlines inside an attribute are written as references, or a parser would make spaces of them. */
const attribute = (text: string): string =>
  escapeMarkup(plainSpaces(text)).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");

function testCase(it: Case, scenario: string): string[] {
  const head = `    <testcase classname="${attribute(`${scenario}.${it.suite}`)}" name="${attribute(it.name)}"`;
  const inside = properties(it.properties, "      ");
  if (it.outcome === "passed") return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, "    </testcase>"];
  const kind = it.outcome === "skipped" ? "" : ` type="${it.type}"`;
  const text = escapeMarkup(plainSpaces(it.text));
  return [
    `${head}>`,
    ...inside,
    `      <${it.outcome}${kind} message="${attribute(it.message)}">${text}</${it.outcome}>`,
    "    </testcase>",
  ];
}
